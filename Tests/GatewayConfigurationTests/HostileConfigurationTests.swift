import Foundation
import Testing

@testable import GatewayConfiguration

/// Texts that no operator writes on purpose: each leads to one clear message, soon.
@Suite(.timeLimit(.minutes(1))) struct HostileConfigurationTests {
    @Test func aBombOfAliasesIsRefusedAtItsFirstAnchor() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let before = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: before, count: 9).joined(separator: ", "))]\n"
        }
        text += "? *a29\n: x\n? *a29\n: y\n"
        #expect(
            problems(text) == [
                "f.yaml:1:5: anchors and aliases are not supported; put a value with & or * in quotes"
            ]
        )
    }

    @Test(arguments: [
        "a: &b c", "a:\n  - &b c", "{ a: &b c }", "[&b c]", "&b\na: c", "a: !!str &b c",
        "a: 'it''s' # it's\nb: &c d", "a: *b", "*a : b", "[*a]", "&a [b]: c", "? &a b\n: c",
    ])
    func anAnchorOrAliasIsFoundAtAnyPlace(text: String) {
        #expect(problems(text).first?.contains("anchors and aliases") == true)
    }

    @Test(arguments: ["a&b", "\" &b\"", "' &b'", "x # &b", "\"a\\\" &b\"", "a & b", "a &b", "a *b"])
    func anAmpersandInAValueIsNoAnchor(value: String) {
        #expect(problems("log: { level: \(value)\n}").allSatisfy { !$0.contains("anchors") })
    }

    @Test(arguments: ["[", "{", "{a: ", "[{a: [", "- ", "? "])
    func deepNestingIsRefusedAndNotFollowed(opening: String) {
        let text = "x: \n  " + String(repeating: opening, count: 100_000)
        #expect(problems(text).count == 1)
    }

    @Test func nestingAsDeepAsTheParserGoesIsOneUnknownKey() {
        let text = "x: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        let found = problems(text)
        #expect(found.count == 1 && found[0].hasPrefix("f.yaml:1:1: 'x' is not a key; write one of "))
    }

    @Test func manyKeysGivenTwiceAreNotAllReported() {
        let text = (0..<500).map { "key\($0): 1\nkey\($0): 2\n" }.joined()
        let found = problems(text)
        #expect(found.count >= 100 && found.count <= 102)
    }

    @Test func aTextIsBoundInItsValuesAndItsLevels() {
        func fault(_ text: String, _ bounds: YAMLDocument.Bounds) -> YAMLFault? {
            let document = YAMLDocument(text, bounds: bounds)
            #expect((document.root == nil) == (document.faults.count == 1))
            return document.faults.first
        }
        #expect(fault("[[a], b]", .init(depth: 3)) == nil)
        #expect(
            fault("[[a], b]", .init(depth: 2))
                == YAMLFault("more than 2 levels; nest fewer", TextPosition(line: 1, column: 3))
        )
        #expect(fault("[a]", .init(events: 5)) == nil)
        #expect(
            fault("[a]", .init(events: 3))
                == YAMLFault("more than 3 values; shorten the file", TextPosition(line: 1, column: 3))
        )
    }

    @Test func aCharacterThatYAMLForbidsIsReportedAtItsPlace() {
        #expect(
            problems("log:\n  level: é\u{7}") == [
                "f.yaml:2:11: not valid YAML: a control character stands here; remove it"
            ]
        )
    }

    @Test func aFileLongerThanTheLimitIsNotRead() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "long-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        let limit = 1 << 20
        try Data(repeating: UInt8(ascii: "#"), count: limit).write(to: file)
        #expect(try Configuration.load(file: file.path).configuration == Configuration())
        try Data(repeating: UInt8(ascii: "#"), count: limit + 1).write(to: file)
        do {
            _ = try Configuration.load(file: file.path)
            Issue.record("a file above the limit was read")
        } catch {
            #expect(error.description == "\(file.path): is longer than 1 MiB; shorten it")
        }
    }

    @Test func aFileThatIsNotTextIsReportedWithItsLine() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "bytes-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(Array("log:\n  level: ".utf8) + [0xFF, 0xFE, 0x0A]).write(to: file)
        do {
            _ = try Configuration.load(file: file.path)
            Issue.record("bytes that are no text were read")
        } catch {
            #expect(error.description == "\(file.path):2:1: is not valid UTF-8; save it as UTF-8")
        }
    }

    @Test func anEndlessDeviceIsReadUpToTheLimit() {
        #expect(throws: ConfigurationProblems.self) { try Configuration.load(file: "/dev/zero") }
        #expect(throws: ConfigurationProblems.self) { try Configuration.load(file: "/tmp") }
    }

    @Test func aValueIsShownHarmlessAndShort() {
        let found = problems("log: { level: \"\\e[31m\\r\\n\(String(repeating: "x", count: 500))\" }")
        #expect(found.count == 1)
        #expect(found[0].utf8.count < 300)
        #expect(found[0].unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    /// Any prefix of the documented file is either right or has a fault.
    @Test func aFileCutOffAnywhereNeverTraps() {
        let text = Configuration.documentedYAML
        for length in stride(from: 0, to: text.count, by: 41) { _ = problems(String(text.prefix(length))) }
    }

    @Test func aFileWithOneCharacterReplacedNeverTraps() {
        let text = Array(Configuration.documentedYAML.unicodeScalars)
        for (index, sign) in zip(
            stride(from: 0, to: text.count, by: 43),
            "&*[]{}:\"'#\u{0}\u{FEFF}\n\t-?!|>%@`,$".unicodeScalars.cycled()
        ) {
            var changed = text
            changed[index] = sign
            _ = problems(String(String.UnicodeScalarView(changed)))
        }
    }
}

extension String.UnicodeScalarView {
    fileprivate func cycled() -> [Unicode.Scalar] { Array(repeating: Array(self), count: 200).flatMap { $0 } }
}

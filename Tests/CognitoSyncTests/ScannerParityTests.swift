import CognitoSync
import Messages
import TestSupport
import Testing

/// The reader, which takes many bytes at a time, against the scanner that takes one.
@Suite struct ScannerParityTests {
    private static func fault(of bytes: [UInt8], from sender: JSONReader.Sender) -> JSONError? {
        var reader = JSONReader(bytes, from: sender)
        do throws(JSONError) {
            try reader.skip()
            try reader.finish()
            return nil
        } catch {
            return error
        }
    }

    private static func compare(_ bytes: [UInt8]) {
        for sender in [JSONReader.Sender.caller, .upstream] {
            let (found, expected) = (
                fault(of: bytes, from: sender), SimpleScanner.fault(of: bytes, from: sender)
            )
            if found != expected {
                Issue.record(
                    "\(found as Any), not \(expected as Any): \(String(decoding: bytes, as: UTF8.self))"
                )
            }
        }
    }

    /// Compares the bytes whole, behind blanks that move them against the words, and cut at every word and after.
    private static func compareCuts(of bytes: [UInt8]) {
        for blanks in [0, 1, 3, 6, 7] {
            let moved = [UInt8](repeating: 0x20, count: blanks) + bytes
            compare(moved)
            for word in stride(from: 8, to: min(moved.count, 400), by: 8) {
                compare(Array(moved[..<word]))
                compare(Array(moved[..<(word - 1)]))
            }
        }
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func thePublishedCasesHaveTheSameVerdicts() throws {
        for folder in ["json-nst/test_parsing", "json-nst/test_transform"] {
            for name in try Corpora.list(folder) {
                Self.compareCuts(of: try Corpora.bytes("\(folder)/\(name)"))
            }
        }
        for text in try Corpora.decode([String].self, from: "blns/blns.json") {
            Self.compareCuts(of: JSONValue.object([(text, .string(text))]).bytes)
            Self.compare(Array("\"\(text)\"".utf8))
        }
        for line in try Corpora.bytes("utf8/utf8tests.bin").split(separator: 0x0A) {
            Self.compareCuts(of: Array("\"".utf8) + line + Array("\"".utf8))
        }
    }

    /// Every pair of bytes after a first byte that is no ASCII, with continuation bytes behind.
    @Test func everySequenceOfUTF8HasTheSameVerdict() {
        for first in UInt8(0x80)...0xFF {
            for second in stride(from: UInt8(0x70), through: 0xCF, by: 1) {
                for rest in [[], [0x80], [0xBF, 0x80], [0x80, 0xBF, 0x80], [0x80, 0x20], [0xC3]] as [[UInt8]]
                {
                    Self.compare([0x22, first, second] + rest + [0x22])
                    Self.compare([0x22, first, second] + rest)
                }
            }
        }
    }

    @Test(arguments: 0..<40)
    func randomValuesAndTheirDamageHaveTheSameVerdict(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<25 {
            var bytes = Self.value(by: &random, depth: 0).bytes
            Self.compareCuts(of: bytes)
            for _ in 0..<20 where !bytes.isEmpty {
                let damaged: [UInt8] =
                    Array("\"\\{}[]:,0-.eE+u \u{7F}tn".utf8) + [0, 0x1F, 0x80, 0xC3, 0xE2, 0xFF]
                let byte = damaged.randomElement(using: &random) ?? 0
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) { bytes[place] = byte } else { bytes.insert(byte, at: place) }
                Self.compare(bytes)
            }
        }
    }

    private static func value(by random: inout SplitMix64, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth < 3 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .boolean(Bool.random(using: &random))
        case 2:
            return .number(
                ["0", "-1", "1.413836234607E9", "12345678901234567890", "1e-7", "-0.5E+3"].randomElement(
                    using: &random
                ) ?? "0"
            )
        case 3, 4: return .string(text(by: &random))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in value(by: &random, depth: depth + 1) }
            )
        default:
            let count = Int.random(in: 0..<16, using: &random)
            return .object((0..<count).map { _ in (text(by: &random), value(by: &random, depth: depth + 1)) })
        }
    }

    private static func text(by random: inout SplitMix64) -> String {
        let parts = ["a", "plain text of some length ", "\"", "\\", "\n", "é", "中", "😀", "\u{0}", "k"]
        return (0..<Int.random(in: 0..<6, using: &random)).map { _ in
            parts.randomElement(using: &random) ?? ""
        }.joined()
    }
}

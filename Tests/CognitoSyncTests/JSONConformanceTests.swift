import CognitoSync
import TestSupport
import Testing

/// The cases of JSONTestSuite, and cases that it does not have.
@Suite struct JSONConformanceTests {
    /// Returns whether `bytes` are one JSON value.
    static func accepts(_ bytes: [UInt8], _ sender: JSONReader.Sender = .caller) -> Bool {
        var reader = JSONReader(bytes, from: sender)
        do throws(JSONError) {
            try reader.skip()
            try reader.finish()
            return true
        } catch {
            return false
        }
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func theTestSuiteIsAcceptedAndRefusedAsExpected() throws {
        let names = try Corpora.list("json-nst/test_parsing")
        #expect(names.count == 318)
        for name in names {
            let bytes = try Corpora.bytes("json-nst/test_parsing/\(name)")
            switch name.prefix(2) {
            case "y_":
                // The scanner refuses a case that the suite accepts only if two members have one name.
                let isDuplicate = name.contains("duplicated_key")
                #expect(Self.accepts(bytes) == !isDuplicate, "\(name)")
            case "n_": #expect(!Self.accepts(bytes) && !Self.accepts(bytes, .upstream), "\(name)")
            default: _ = (Self.accepts(bytes), Self.accepts(bytes, .upstream))
            }
        }
    }

    /// The cases that RFC 8259 leaves open: numbers of any size but not of any length, and UTF-8 only.
    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func casesThatTheStandardLeavesOpenAreDecided() throws {
        let accepted = [
            "i_number_double_huge_neg_exp", "i_number_neg_int_huge_exp", "i_number_pos_double_huge_exp",
            "i_number_real_neg_overflow", "i_number_real_pos_overflow",
            "i_number_real_underflow", "i_number_too_big_neg_int", "i_number_too_big_pos_int",
            "i_number_very_big_negative_int",
        ]
        for name in try Corpora.list("json-nst/test_parsing") where name.hasPrefix("i_") {
            let bytes = try Corpora.bytes("json-nst/test_parsing/\(name)")
            #expect(Self.accepts(bytes) == accepted.contains(String(name.dropLast(5))), "\(name)")
        }
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func valuesThatParsersReadDifferentlyHaveOneReading() throws {
        let refused = [
            "object_same_key_different_values.json", "object_same_key_same_value.json",
            "object_same_key_unclear_values.json", "string_1_escaped_invalid_codepoint.json",
            "string_1_invalid_codepoint.json", "string_2_escaped_invalid_codepoints.json",
            "string_2_invalid_codepoints.json", "string_3_escaped_invalid_codepoints.json",
            "string_3_invalid_codepoints.json",
        ]
        let names = try Corpora.list("json-nst/test_transform")
        #expect(names.count == 22)
        for name in names {
            let bytes = try Corpora.bytes("json-nst/test_transform/\(name)")
            #expect(Self.accepts(bytes) == !refused.contains(name), "\(name)")
        }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"\ud83d\ude00":1,"😀":2}"#,
        #"{"a":1,"b":{"c":1,"c":1}}"#,
        #"[{"":1,"":2}]"#, #"{"a\/b":1,"a/b":2}"#, #"{"\u00e9":1,"é":1}"#,
    ])
    func aNameGivenTwiceIsRefused(text: String) { #expect(!Self.accepts(Array(text.utf8))) }

    @Test(arguments: [
        #"{"a":1,"A":2}"#, #"{"a":{"a":{"a":1}},"b":{"a":1}}"#, "{\"e\u{301}\":1,\"\u{e9}\":1}",
        #"{"a\u0000":1,"a":2}"#, #"{"\\u0061":1,"a":1}"#,
    ])
    func namesThatDifferInAByteAreTwo(text: String) { #expect(Self.accepts(Array(text.utf8))) }

    @Test(arguments: [2, 11, 12, 13, 14, 40, 1000])
    func aRepeatedNameIsFoundAmongMany(count: Int) {
        for repeated in [0, count / 2, count - 1] {
            let names = (0..<count).map { "\"k\($0)\":0" }
            #expect(Self.accepts(Array("{\(names.joined(separator: ","))}".utf8), .upstream))
            let more = names + ["\"\\u006b\(repeated)\":0"]
            #expect(
                !Self.accepts(Array("{\(more.joined(separator: ","))}".utf8), .upstream),
                "\(repeated) of \(count)"
            )
        }
    }

    @Test func loneSurrogatesAreAcceptedOnlyInResponses() {
        for text in [
            #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800\ud800\udc00""#, #""\udc00\ud800""#,
        ] {
            #expect(!Self.accepts(Array(text.utf8), .caller))
            #expect(Self.accepts(Array(text.utf8), .upstream))
        }
        #expect(!Self.accepts(Array(#"{"\ud800":1,"\uD800":1}"#.utf8), .upstream))
        #expect(Self.accepts(Array(#"{"\ud800":1,"\ud801":1}"#.utf8), .upstream))
    }

    @Test func thirtyTwoLevelsAreEnough() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(Self.accepts(nested(31)))
        #expect(Self.accepts(nested(32)))
        #expect(!Self.accepts(nested(33)))
        #expect(!Self.accepts([UInt8](repeating: UInt8(ascii: "["), count: 100_000)))
        #expect(!Self.accepts(Array(String(repeating: #"{"":"#, count: 100_000).utf8)))
    }

    @Test func numbersAreBoundedInLength() {
        func digits(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "1"), count: count) }
        #expect(Self.accepts(digits(127)))
        #expect(Self.accepts(digits(128)))
        #expect(!Self.accepts(digits(129)))
        #expect(!Self.accepts(digits(1 << 20)))
    }

    @Test func aStringHasItsPositionAndItsText() throws {
        let bytes = Array(#"  ["a\"\u00e9\ud83d\ude00é\/\b\f\n\r\t\\", "plain", ""]"#.utf8)
        var reader = JSONReader(bytes)
        var texts: [String] = []
        var lengths: [Int] = []
        try reader.array { (reader, _) throws(JSONError) in
            let string = try reader.string()
            #expect(bytes[string.literal].first == UInt8(ascii: "\""))
            #expect(bytes[string.literal].last == UInt8(ascii: "\""))
            texts.append(string.text(in: bytes))
            lengths.append(string.scalars)
        }
        try reader.finish()
        #expect(texts == ["a\"é😀é/\u{8}\u{c}\n\r\t\\", "plain", ""])
        #expect(lengths == texts.map(\.unicodeScalars.count))
    }

    @Test func aWrittenStringIsReadBack() throws {
        for scalar in (0..<0x11000).compactMap(Unicode.Scalar.init) {
            let text = "x\(Character(scalar))y"
            var bytes: [UInt8] = []
            bytes.append(jsonString: text)
            var reader = JSONReader(bytes)
            let string = try reader.string()
            if Array(string.text(in: bytes).utf8) != Array(text.utf8) { Issue.record("\(scalar.value)") }
        }
    }
}

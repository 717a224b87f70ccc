import Messages
import Testing

struct TextEscapeTests {
    private func escaped(_ text: String, limit: Int = .max) -> String {
        var result = ""
        TextEscape.append(text, to: &result, limit: limit)
        return result
    }

    @Test func harmfulCharactersAreEscapedAndAllOthersStay() {
        #expect(escaped("a\n\u{1B}[1m\u{7F}\u{85}") == "a\\u000a\\u001b[1m\\u007f\\u0085")
        #expect(escaped("\u{2028}\u{202E}\u{2066}\u{FEFF}\u{61C}") == "\\u2028\\u202e\\u2066\\ufeff\\u061c")
        #expect(escaped("é\"\\日本 😀") == "é\"\\日本 😀")
    }

    @Test func noHarmfulCharacterIsBeyondFourDigits() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), TextEscape.isHarmful(scalar) else { continue }
            #expect(value <= 0xFFFF)
        }
    }

    @Test func aReplacementTakesPrecedence() {
        var result = "\""
        TextEscape.append("a\"\n\u{1}", to: &result) { $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : nil }
        #expect(result == "\"a\\\"\\n\\u0001")
    }

    @Test func theLimitCountsCharactersOfTheInput() {
        #expect(escaped("abc", limit: 3) == "abc")
        #expect(escaped("abcd", limit: 3) == "abc…")
        #expect(escaped("\n\n\n\n", limit: 2) == "\\u000a\\u000a…")
    }
}

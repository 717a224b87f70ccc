import Messages
import Testing

struct PercentCodingTests {
    private func segment(_ text: String) -> String? {
        var scratch: [UInt8] = []
        return PercentCoding.decode(segment: text.utf8.span, by: &scratch)
    }

    private func query(_ text: String) -> String? {
        var scratch: [UInt8] = []
        return PercentCoding.decode(queryValue: text.utf8.span, by: &scratch)
    }

    @Test(arguments: [
        ("", ""), ("a%3Ab", "a:b"), ("a:b", "a:b"), ("%c3%A9", "é"), ("%25", "%"), ("%2525", "%25"),
        ("a+b", "a+b"),
    ])
    func aSegmentIsDecodedOnce(text: String, expected: String) {
        #expect(segment(text) == expected)
        #expect(query(text) == expected)
    }

    @Test(arguments: ["%", "a%4", "%zz", "%+1", "é", "a b", "%FF", "\"", "a\0"])
    func anInvalidTextIsRefused(text: String) {
        #expect(segment(text) == nil)
        #expect(query(text) == nil)
    }

    @Test func aQueryAllowsTwoMoreCharactersThanASegment() {
        #expect(segment("a/b") == nil && segment("a?b") == nil)
        #expect(query("a/b?c") == "a/b?c")
    }

    @Test func textIsEncodedInOneForm() {
        var target: [UInt8] = []
        PercentCoding.append("us-east-1:é/~._+", to: &target)
        #expect(String(decoding: target, as: UTF8.self) == "us-east-1%3A%C3%A9%2F~._%2B")
        #expect(segment(String(decoding: target, as: UTF8.self)) == "us-east-1:é/~._+")
    }

    @Test func aPathKeepsItsSlashes() {
        var target: [UInt8] = []
        PercentCoding.append(path: "/a%20b/c:d".utf8.span, to: &target)
        #expect(String(decoding: target, as: UTF8.self) == "/a%2520b/c%3Ad")
    }

    @Test func aLenientDecoderAcceptsAnyUnescapedByte() {
        #expect(PercentCoding.decodeLeniently("a b+%41é".utf8) == [UInt8]("a b+Aé".utf8))
        #expect(PercentCoding.decodeLeniently("a+b%2B".utf8, plusIsSpace: true) == [UInt8]("a b+".utf8))
        #expect(PercentCoding.decodeLeniently("%FF".utf8) == [0xFF])
    }

    @Test(arguments: ["%", "%4", "%4g", "%+1", "%-0", "a%"])
    func aLenientDecoderRefusesAnIncompleteEscape(text: String) {
        #expect(PercentCoding.decodeLeniently(text.utf8) == nil)
    }
}

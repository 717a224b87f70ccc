import Messages
import Testing

@Suite struct Base64Tests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func bytesAreEncodedAsInTheStandard(plain: String, encoded: String) {
        #expect(Base64.encode([UInt8](plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zh==", "Zm9=", "Z", "=", "==", "Zg==Zg==", "Zg=a", "Zm9v=", "Zm9v\n", " Zm9v", "Zm-_",
        "Zm9v====", "Zg===", "Zm9vé===",
    ])
    func anotherSpellingIsRefused(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func everyByteComesBack() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ length &* 31) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text.utf8) == bytes)
            #expect(text.utf8.count == Base64URL.length(ofBytes: length))
            let isUnreserved = ByteSet.unreserved.containsAll(text.utf8.span)
            #expect(isUnreserved)
        }
    }

    @Test func theAlphabetForURLsDiffersInTwoCharactersAndHasNoPadding() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF, 0xFF]) == "+/+//w==")
        #expect(Base64URL.encode([0xFB, 0xFF, 0xBF, 0xFF]) == "-_-__w")
    }

    @Test(arguments: ["A", "Zg==", "Zg=", "+/+/", "Zh", "Zm9v\n", "AAAAA", "="])
    func anotherSpellingForURLsIsRefused(text: String) { #expect(Base64URL.decode(text.utf8) == nil) }

    /// Checks strings of four characters: only those that `encode` writes are accepted.
    @Test func onlyTextThatEncodeWritesIsDecoded() {
        let characters = Array("AQgwz+/=-\n".utf8)
        for index in 0..<10_000 {
            let text = [index / 1000, index / 100 % 10, index / 10 % 10, index % 10].map { characters[$0] }
            guard let bytes = Base64.decode(text) else { continue }
            #expect(Array(Base64.encode(bytes).utf8) == text)
        }
    }
}

import CognitoSync
import Testing

@testable import Gateway

@Suite struct TokenSealerTests {
    private let sealer = TokenSealer(key: Array(repeating: 7, count: 32))

    @Test(arguments: 0..<70)
    func opensWhatItSealed(length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let text = sealer.seal(payload, for: .pagination, scope: .sample())
        #expect(sealer.open(text, for: .pagination, scope: .sample()) == payload)
        #expect(text.utf8.allSatisfy { "syncgate1.".utf8.contains($0) || Self.isUnreserved($0) })
    }

    @Test func isTheSameUnderTheSameKey() {
        let other = TokenSealer(key: Array(repeating: 7, count: 32))
        let text = sealer.seal([1, 2], for: .session, scope: .sample())
        #expect(other.seal([1, 2], for: .session, scope: .sample()) == text)
        #expect(other.open(text, for: .session, scope: .sample()) == [1, 2])
    }

    @Test func anotherKeyOpensNothing() {
        let text = sealer.seal([1, 2], for: .session, scope: .sample())
        #expect(TokenSealer.random().open(text, for: .session, scope: .sample()) == nil)
    }

    @Test func isBoundToPurposePoolIdentityAndDataset() {
        let text = sealer.seal([1, 2], for: .session, scope: .sample())
        #expect(sealer.open(text, for: .pagination, scope: .sample()) == nil)
        #expect(sealer.open(text, for: .session, scope: .sample(pool: "us-east-1:b")) == nil)
        #expect(sealer.open(text, for: .session, scope: .sample(identity: "us-east-1:e")) == nil)
        #expect(sealer.open(text, for: .session, scope: .sample(dataset: "other")) == nil)
    }

    @Test func namesAreNotShiftedIntoOneAnother() {
        let text = sealer.seal([], for: .pagination, scope: .sample(pool: "a:1", identity: "1a:2"))
        #expect(sealer.open(text, for: .pagination, scope: .sample(pool: "a:11", identity: "a:2")) == nil)
    }

    @Test func everyChangedCharacterIsNoticed() {
        let text = [UInt8](sealer.seal([1, 2, 3, 4], for: .session, scope: .sample()).utf8)
        for index in text.indices {
            for byte in [UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "="), text[index] ^ 1]
            where byte != text[index] {
                var changed = text
                changed[index] = byte
                let forged = String(decoding: changed, as: UTF8.self)
                #expect(sealer.open(forged, for: .session, scope: .sample()) == nil)
            }
        }
    }

    @Test func everyShortenedOrLengthenedTextIsNoticed() {
        let text = sealer.seal([1, 2, 3, 4], for: .session, scope: .sample())
        for length in 0..<text.count {
            #expect(sealer.open(String(text.prefix(length)), for: .session, scope: .sample()) == nil)
        }
        for tail in ["A", "AA", "=", "."] {
            #expect(sealer.open(text + tail, for: .session, scope: .sample()) == nil)
        }
    }

    @Test func refusesATextThatIsTooLong() {
        let longest = [UInt8](repeating: 1, count: TokenSealer.longestPayload)
        let text = sealer.seal(longest, for: .pagination, scope: .sample())
        #expect(sealer.open(text, for: .pagination, scope: .sample()) == longest)
        let longer = sealer.seal(longest + [1], for: .pagination, scope: .sample())
        #expect(sealer.open(longer, for: .pagination, scope: .sample()) == nil)
    }

    @Test(arguments: [
        "", "H4sIAAAAAAAA+/=", "syncgate1", "Syncgate1.AAAA", " syncgate1.AAAA", "dXMtZWFzdC0x",
    ])
    func aTextWithoutThePrefixIsForeign(text: String) {
        #expect(!TokenSealer.isOwn(text))
        #expect(sealer.open(text, for: .session, scope: .sample()) == nil)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

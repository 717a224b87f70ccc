import CognitoSync
import Testing

@testable import Gateway

@Suite struct SessionTokensTests {
    private let tokens = SessionTokens(
        sealer: TokenSealer(key: Array(repeating: 7, count: 32)),
        lifetime: 3600
    )
    private let now: Int64 = 1_763_692_800

    @Test func isGoodForItsLifetimeAndAnEighthMoreAtMost() {
        let token = tokens.mint(for: .sample(), now: now)
        #expect(tokens.classify(token, for: .sample(), now: now) == .valid)
        #expect(tokens.classify(token, for: .sample(), now: now + 3599) == .valid)
        #expect(tokens.classify(token, for: .sample(), now: now + 3600 + 450) == .refused)
    }

    @Test func isTheSameTextUntilItsRenewal() {
        let token = tokens.mint(for: .sample(), now: now)
        let renewal = tokens.renewal(after: now)
        #expect(renewal > now)
        #expect(renewal <= now + 450)
        #expect(tokens.mint(for: .sample(), now: renewal - 1) == token)
        #expect(tokens.mint(for: .sample(), now: renewal) != token)
    }

    @Test func isRefusedForAnotherDatasetAndWhenForged() {
        let token = tokens.mint(for: .sample(), now: now)
        #expect(tokens.classify(token, for: .sample(dataset: "other"), now: now) == .refused)
        #expect(tokens.classify(token, for: .sample(identity: "us-east-1:e"), now: now) == .refused)
        #expect(tokens.classify(token + "A", for: .sample(), now: now) == .refused)
        #expect(tokens.classify(TokenSealer.prefix, for: .sample(), now: now) == .refused)
    }

    @Test func aCursorIsNoSessionToken() {
        let sealer = TokenSealer(key: Array(repeating: 7, count: 32))
        let cursor = sealer.seal(Array(repeating: 127, count: 8), for: .pagination, scope: .sample())
        #expect(tokens.classify(cursor, for: .sample(), now: now) == .refused)
    }

    @Test(arguments: ["H4sIAAAAAAAA+/+/", "opaque", "x"])
    func aForeignTokenIsLeftToAWS(text: String) {
        #expect(tokens.classify(text, for: .sample(), now: now) == .foreign)
    }

    @Test func aLifetimeOfASecondWorks() {
        let brief = SessionTokens(sealer: .random(), lifetime: 1)
        let token = brief.mint(for: .sample(), now: now)
        #expect(brief.classify(token, for: .sample(), now: now) == .valid)
        #expect(brief.classify(token, for: .sample(), now: now + 2) == .refused)
    }
}

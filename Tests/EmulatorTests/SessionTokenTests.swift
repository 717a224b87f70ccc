import CognitoSync
import Testing

@testable import Emulator

/// The session tokens of the emulator.
@Suite struct SessionTokenTests {
    @Test func aTokenLooksLikeTheLiveOne() throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        #expect(token.hasPrefix("H4sI"))
        #expect((300...360).contains(token.utf8.count))
        #expect(token.contains("+"))
        #expect(token.contains("/"))
        #expect(token.hasSuffix("="))
        #expect(try harness.read().sessionToken != token)
    }

    @Test(arguments: ["", "H4sIAAAA", "nonsense"]) func aForeignTokenIsRefused(token: String) throws {
        var harness = try DatasetHarness()
        let refusal = ServiceError(
            status: 400,
            name: "InvalidParameterException",
            message: "SyncSessionToken not valid for these inputs"
        )
        #expect(throws: refusal) {
            try harness.store.updateRecords(
                harness.scope,
                token: token,
                patches: [.replace("a", "1", at: 0)],
                at: harness.now
            )
        }
    }

    @Test(arguments: [
        (DemoData.otherIdentity, "scores", DemoData.pool), (DemoData.identity, "other", DemoData.pool),
        (DemoData.identity, "scores", "us-east-1:0"),
    ])
    func aTokenIsForOneDatasetOfOneIdentity(identity: String, dataset: String, pool: String) throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        harness.scope = try #require(DatasetScope(pool: pool, identity: identity, dataset: dataset))
        #expect(throws: ServiceError.tokenNotValid) {
            try harness.store.updateRecords(
                harness.scope,
                token: token,
                patches: [.replace("a", "1", at: 0)],
                at: harness.now
            )
        }
    }

    @Test func aTokenMayBeUsedMoreThanOnce() throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        for count in 0..<3 {
            _ = try harness.store.updateRecords(
                harness.scope,
                token: token,
                patches: [.replace("a", "\(count)", at: Int64(count))],
                at: harness.now
            )
        }
        #expect(try harness.read().syncCount == 3)
    }

    // The error for an expired token is not published: both behaviours.
    @Test(arguments: [
        (ServiceRules.ExpiredToken.invalid, "InvalidParameterException"),
        (.notAuthorized, "NotAuthorizedException"),
    ])
    func aTokenExpires(rule: ServiceRules.ExpiredToken, name: String) throws {
        var harness = try DatasetHarness(.with { $0.expiredToken = rule })
        let token = try harness.read().sessionToken
        let end = harness.now.advanced(by: harness.store.rules.tokenLifetime)
        _ = try harness.store.updateRecords(
            harness.scope,
            token: token,
            patches: [.replace("a", "1", at: 0)],
            at: end.advanced(by: -1)
        )
        let refusal = try #require(throws: ServiceError.self) {
            try harness.store.updateRecords(
                harness.scope,
                token: token,
                patches: [.replace("a", "2", at: 1)],
                at: end
            )
        }
        #expect(refusal.name == name)
    }

    // The SDK for iOS sends the token on ListRecords too.
    @Test func aTokenOnAReadIsCheckedOrNot() throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        _ = try harness.read(token: token)
        #expect(throws: ServiceError.tokenNotValid) { try harness.read(token: "nonsense") }
        harness.store.rules.tokenOnListRecords = .ignored
        _ = try harness.read(token: "nonsense")
    }
}

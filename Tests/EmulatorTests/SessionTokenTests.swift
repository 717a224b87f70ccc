import CognitoSync
import Testing

@testable import Emulator

/// Session tokens (domain.md 1.3 and 2, "SyncSessionToken").
@Suite struct SessionTokenTests {
    @Test func aTokenLooksLikeTheLiveOne() throws {
        var client = try Client()
        let token = try client.read().sessionToken
        #expect(token.hasPrefix("H4sI"))
        #expect((300...360).contains(token.utf8.count))
        #expect(token.contains("+"))
        #expect(token.contains("/"))
        #expect(token.hasSuffix("="))
        #expect(try client.read().sessionToken != token)
    }

    @Test(arguments: ["", "H4sIAAAA", "nonsense"]) func aTokenThatNobodyGaveIsRefused(token: String) throws {
        var client = try Client()
        let refusal = ServiceError(
            status: 400,
            name: "InvalidParameterException",
            message: "SyncSessionToken not valid for these inputs"
        )
        #expect(throws: refusal) {
            try client.store.updateRecords(
                client.scope,
                token: token,
                patches: [.replace("a", "1", at: 0)],
                at: client.now
            )
        }
    }

    @Test(arguments: [
        (DemoData.otherIdentity, "scores", DemoData.pool), (DemoData.identity, "other", DemoData.pool),
        (DemoData.identity, "scores", "us-east-1:0"),
    ])
    func aTokenIsForOneDatasetOfOneIdentity(identity: String, dataset: String, pool: String) throws {
        var client = try Client()
        let token = try client.read().sessionToken
        client.scope = try #require(DatasetScope(pool: pool, identity: identity, dataset: dataset))
        #expect(throws: ServiceError.tokenNotValid) {
            try client.store.updateRecords(
                client.scope,
                token: token,
                patches: [.replace("a", "1", at: 0)],
                at: client.now
            )
        }
    }

    @Test func aTokenMayBeUsedMoreThanOnce() throws {
        var client = try Client()
        let token = try client.read().sessionToken
        for count in 0..<3 {
            _ = try client.store.updateRecords(
                client.scope,
                token: token,
                patches: [.replace("a", "\(count)", at: Int64(count))],
                at: client.now
            )
        }
        #expect(try client.read().syncCount == 3)
    }

    // domain.md 8 question 1: what an expired token's error is, both ways.
    @Test(arguments: [
        (ServiceRules.ExpiredToken.invalid, "InvalidParameterException"),
        (.notAuthorized, "NotAuthorizedException"),
    ])
    func aTokenRunsOut(rule: ServiceRules.ExpiredToken, name: String) throws {
        var client = try Client(.with { $0.expiredToken = rule })
        let token = try client.read().sessionToken
        let end = client.now.advanced(by: client.store.rules.tokenLifetime)
        _ = try client.store.updateRecords(
            client.scope,
            token: token,
            patches: [.replace("a", "1", at: 0)],
            at: end.advanced(by: -1)
        )
        let refusal = try #require(throws: ServiceError.self) {
            try client.store.updateRecords(
                client.scope,
                token: token,
                patches: [.replace("a", "2", at: 1)],
                at: end
            )
        }
        #expect(refusal.name == name)
    }

    // domain.md 1.2: iOS sends it on ListRecords too.
    @Test func aTokenOnAReadIsCheckedOrNot() throws {
        var client = try Client()
        let token = try client.read().sessionToken
        _ = try client.read(token: token)
        #expect(throws: ServiceError.tokenNotValid) { try client.read(token: "nonsense") }
        client.store.rules.tokenOnListRecords = .ignored
        _ = try client.read(token: "nonsense")
    }
}

import CognitoSync
import Testing

@testable import Emulator

/// The use of session tokens: for one dataset, for one write, for some time.
@Suite struct SessionTokenTests {
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

    // The older reading.
    @Test func aTokenMayBeGoodForManyWrites() throws {
        var harness = try DatasetHarness(.with { $0.tokenUse = .many })
        let token = try harness.read().sessionToken
        for count in 0..<3 { try harness.write(.replace("a", "\(count)", at: Int64(count)), token: token) }
        #expect(try harness.read(token: token).syncCount == 3)
    }

    /// The refusals of expired and of spent tokens, whose form is not published.
    private static let refusals: [(ServiceRules.TokenRefusal, ServiceError)] = [
        (.invalid, .invalidParameter("SyncSessionToken not valid for these inputs")),
        (.notAuthorized, .notAuthorized("SyncSessionToken has expired")),
        (.sessionExpired, .notAuthorized("Session has expired")),
    ]

    // A test by AWS (`testSyncSessionToken` of the SDK for iOS): a read and a write with the token succeed,
    // and the read after them fails.
    @Test(arguments: refusals)
    func aWriteSpendsItsToken(rule: ServiceRules.TokenRefusal, refusal: ServiceError) throws {
        var harness = try DatasetHarness(.with { $0.spentToken = rule })
        let token = try harness.read().sessionToken
        _ = try harness.read(token: token)
        try harness.write(.replace("a", "1", at: 0), token: token)
        #expect(throws: refusal) { try harness.read(token: token) }
        #expect(throws: refusal) { try harness.write(.replace("a", "2", at: 1), token: token) }
        #expect(try harness.read().values == ["1"])
        try harness.write(.replace("a", "2", at: 1))
    }

    // The SDK for iOS sends the token again after a conflict.
    @Test func aConflictDoesNotSpendTheToken() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        let token = try harness.read().sessionToken
        #expect(throws: ServiceError.conflict(key: RecordKey("a"), current: 1, given: 0)) {
            try harness.write(.replace("a", "2", at: 0), token: token)
        }
        _ = try harness.read(since: 1, token: token)
        try harness.write(.replace("a", "2", at: 1), token: token)
        #expect(throws: ServiceError.tokenNotValid) {
            try harness.write(.replace("a", "3", at: 2), token: token)
        }
    }

    @Test func spentTokensAreForgottenOnceTheyHaveExpired() throws {
        var harness = try DatasetHarness()
        let first = try harness.read().sessionToken
        try harness.write(.replace("a", "x", at: .max), token: first)
        for count in 0..<2000 {
            harness.now = harness.now.advanced(by: 3000)
            try harness.write(.replace("a", "\(count)", at: .max))
        }
        #expect(harness.store.spentTokens.count <= 200)
        #expect(throws: ServiceError.tokenNotValid) { try harness.read(token: first) }
    }

    @Test(arguments: refusals)
    func aTokenExpires(rule: ServiceRules.TokenRefusal, refusal: ServiceError) throws {
        var harness = try DatasetHarness(.with { $0.expiredToken = rule })
        let (token, last) = (try harness.read().sessionToken, try harness.read().sessionToken)
        harness.now = harness.now.advanced(by: 300_000 - 1)
        _ = try harness.read(token: token)
        try harness.write(.replace("a", "1", at: 0), token: last)
        harness.now = harness.now.advanced(by: 1)
        #expect(throws: refusal) { try harness.read(token: token) }
        #expect(throws: refusal) { try harness.write(.replace("a", "2", at: 1), token: token) }
    }

    // The SDK for iOS sends the token on ListRecords too.
    @Test func aTokenOnAReadIsCheckedOrNot() throws {
        var harness = try DatasetHarness()
        #expect(throws: ServiceError.tokenNotValid) { try harness.read(token: "nonsense") }
        harness.store.rules.tokenOnListRecords = .ignored
        _ = try harness.read(token: "nonsense")
    }

    // The rules that a control request sets.
    @Test(arguments: [
        ("conflict", "unequal"), ("sameValuePatch", "keepsWhateverCount"), ("deviceDates", "kept"),
        ("counterAfterDelete", "restarts"), ("fullListingTombstones", "true"), ("tokenUse", "many"),
        ("expiredToken", "sessionExpired"), ("spentToken", "sessionExpired"), ("tokenLifetime", "1h"),
        ("accessDeniedForm", "service"),
    ])
    func anOlderReadingIsASwitch(name: String, value: String) throws {
        var rules = ServiceRules()
        try rules.set(name, to: value)
        #expect(rules != ServiceRules())
        #expect(throws: InputError.self) { try rules.set(name, to: "otherwise") }
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Policy
import Synchronization
import Testing

@testable import Gateway

@Suite struct ExplainTests {
    private static let owner = "pool=us-east-1%3A0a&identity=us-east-1:0b"
    private static let target = "/explain?\(owner)&dataset=d.1"

    @Test func anExplanationHasTheOutcomeAndItsReasons() async {
        let admin = AdminHarness()
        let response = await admin.send(.get, "\(Self.target)&lastSyncCount=7&maxResults=10")
        #expect(response.head.status == .ok)
        #expect(response.json?["outcome"] as? String == "fetch")
        #expect(response.json?["text"] as? String == "fetched upstream, and cached")
        let asked = response.json?["asked"] as? [String: Any]
        #expect(
            asked?["pool"] as? String == "us-east-1:0a" && asked?["identity"] as? String == "us-east-1:0b"
        )
        #expect(asked?["last_sync_count"] as? Int == 7 && asked?["max_results"] as? Int == 10)
        let reasons = response.json?["reasons"] as? [[String: String]]
        #expect(reasons?.map { $0["reason"] } == ["unheld"])
        #expect(reasons?.first?["text"]?.hasPrefix("nothing is cached of the dataset") == true)
        #expect(response.json?["held"] == nil)
        #expect(admin.done.withLock { $0 } == ["explain d.1"])
    }

    @Test func theSnapshotIsShown() throws {
        let cached = Explanation.Cached(
            syncCount: 9,
            base: 3,
            isWhole: true,
            exists: true,
            doubt: .stream,
            records: 4,
            bytes: 512,
            age: 1_250_999_999,
            timeToLive: 3_749_000_001
        )
        let explanation = Explanation(.delta, because: [.doubted, .withinCounts], cached: cached)
        let response = Response.json(.ok, ExplanationReport(explanation, of: try request(since: nil)))
        let shown = try #require(response.json?["held"] as? [String: Any])
        #expect(shown["sync_count"] as? Int == 9 && shown["base"] as? Int == 3)
        #expect(shown["whole"] as? Bool == true && shown["exists"] as? Bool == true)
        #expect(shown["records"] as? Int == 4 && shown["bytes"] as? Int == 512)
        #expect(shown["age_seconds"] as? Double == 1.25 && shown["fresh_seconds"] as? Double == 3.749)
        #expect((shown["doubt"] as? [String: String])?["reason"] == "stream")
        #expect(
            (response.json?["reasons"] as? [[String: String]])?.map { $0["reason"] } == [
                "doubted", "within_counts",
            ]
        )
    }

    @Test(arguments: Explanation.Outcome.allCases) func everyOutcomeAndReasonHasAText(
        outcome: Explanation.Outcome
    ) throws {
        let report = ExplanationReport(
            Explanation(outcome, because: Explanation.Reason.allCases),
            of: try request(since: 0)
        )
        #expect(!report.text.isEmpty)
        #expect(Set(report.reasons.map(\.text)).count == Explanation.Reason.allCases.count)
        #expect(report.reasons.allSatisfy { $0.reason.utf8.allSatisfy { $0 == 0x5F || $0 > 0x60 } })
    }

    private func request(since count: Int64?) throws -> ListRecords {
        let owner = IdentityScope(
            pool: try #require(IdentityPoolID("r:0")),
            identity: try #require(IdentityID("r:1"))
        )
        let scope = DatasetScope(owner: owner, dataset: try #require(DatasetName("d")))
        return ListRecords(scope: scope, lastSyncCount: count)
    }

    @Test(arguments: [
        "", "pool=a:0", "pool=a:0&identity=a:1", "pool=a:0&dataset=d", "identity=a:1&dataset=d",
        "pool=a:0&identity=a:1&dataset=", "pool=a:0&identity=a:1&dataset=..",
        "pool=A:G&identity=a:1&dataset=d",
        "\(owner)&dataset=d&lastSyncCount=", "\(owner)&dataset=d&lastSyncCount=-1",
        "\(owner)&dataset=d&lastSyncCount=01", "\(owner)&dataset=d&lastSyncCount=9223372036854775808",
        "\(owner)&dataset=d&lastSyncCount=1&lastSyncCount=1", "\(owner)&dataset=d&maxResults=x",
        "\(owner)&dataset=d&nextToken=t", "\(owner)&dataset=d&verbose",
    ])
    func anInvalidQueryIsRefused(query: String) async {
        let admin = AdminHarness()
        let response = await admin.send(.get, "/explain?\(query)")
        #expect(response.head.status == .badRequest)
        #expect(response.json?["error"] is String)
        #expect(admin.done.withLock { $0.isEmpty })
    }

    /// An explanation shows the data of one identity.
    ///
    /// No other read that needs no token does.
    @Test func anExplanationNeedsTheTokenWhereOneIsSet() async {
        let admin = AdminHarness(token: "0123456789abcdef")
        #expect(await admin.send(.get, Self.target).head.status == .unauthorized)
        #expect(
            await admin.send(.get, Self.target, [.authorization: "Bearer x"]).head.status == .unauthorized
        )
        #expect(admin.done.withLock { $0.isEmpty })
        let response = await admin.send(.get, Self.target, [.authorization: "Bearer 0123456789abcdef"])
        #expect(response.head.status == .ok)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete]) func anExplanationIsARead(
        method: HTTPRequest.Method
    ) async {
        let response = await AdminHarness().send(method, Self.target)
        #expect(
            response.head.status == .methodNotAllowed && response.head.headerFields[.allow] == "GET, HEAD"
        )
    }
}

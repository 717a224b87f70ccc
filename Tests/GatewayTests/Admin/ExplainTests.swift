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

    @Test func itSaysWhatTheCacheWouldDoAndWhy() async {
        let service = AdminHarness()
        let answer = await service.ask(.get, "\(Self.target)&lastSyncCount=7&maxResults=10")
        #expect(answer.head.status == .ok)
        #expect(answer.json?["outcome"] as? String == "fetch")
        #expect(answer.json?["text"] as? String == "fetched upstream, and held")
        let asked = answer.json?["asked"] as? [String: Any]
        #expect(
            asked?["pool"] as? String == "us-east-1:0a" && asked?["identity"] as? String == "us-east-1:0b"
        )
        #expect(asked?["last_sync_count"] as? Int == 7 && asked?["max_results"] as? Int == 10)
        let reasons = answer.json?["reasons"] as? [[String: String]]
        #expect(reasons?.map { $0["reason"] } == ["unheld"])
        #expect(reasons?.first?["text"]?.hasPrefix("nothing is held of the dataset") == true)
        #expect(answer.json?["held"] == nil)
        #expect(service.done.withLock { $0 } == ["explain d.1"])
    }

    @Test func whatIsHeldIsShown() throws {
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
    func aQuestionThatIsNotUnderstoodIsRefused(query: String) async {
        let service = AdminHarness()
        let answer = await service.ask(.get, "/explain?\(query)")
        #expect(answer.head.status == .badRequest)
        #expect(answer.json?["error"] is String)
        #expect(service.done.withLock { $0.isEmpty })
    }

    /// It tells of one identity, as nothing else does that is open to whoever reaches the listener.
    @Test func itNeedsTheTokenWhereOneIsSet() async {
        let service = AdminHarness(token: "0123456789abcdef")
        #expect(await service.ask(.get, Self.target).head.status == .unauthorized)
        #expect(
            await service.ask(.get, Self.target, [.authorization: "Bearer x"]).head.status == .unauthorized
        )
        #expect(service.done.withLock { $0.isEmpty })
        let answer = await service.ask(.get, Self.target, [.authorization: "Bearer 0123456789abcdef"])
        #expect(answer.head.status == .ok)
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete]) func itOnlyReads(
        method: HTTPRequest.Method
    ) async {
        let answer = await AdminHarness().ask(method, Self.target)
        #expect(answer.head.status == .methodNotAllowed && answer.head.headerFields[.allow] == "GET, HEAD")
    }
}

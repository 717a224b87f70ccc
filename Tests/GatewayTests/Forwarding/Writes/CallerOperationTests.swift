import CognitoSync
import HTTPTypes
import Messages
import Policy
import Synchronization
import Testing
import Upstream

@testable import Gateway

/// The calls that a caller's request takes where one is not enough, each counted at the origin.
@Suite(.timeLimit(.minutes(1))) struct CallerErrandTests {
    private static let patches = #"[{"Op":"replace","Key":"k","Value":"v","SyncCount":1}]"#
    private static let refusal = Response.awsError(400, "InvalidParameterException", TokenRefusal.message)
    private static let expired = Response.awsError(
        403,
        "NotAuthorizedException",
        "SyncSessionToken has expired"
    )

    /// What is known of the one dataset.
    private final class RecordedHints: DatasetHints {
        private let held: (syncCount: Int64, sessionToken: String?)?
        let noted = Mutex<[String]>([])

        init(_ held: (syncCount: Int64, sessionToken: String?)? = nil) { self.held = held }

        func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)? { held }
        func recordToken(_ token: String, of scope: DatasetScope) { noted.withLock { $0.append(token) } }
    }

    private func run(
        _ operation: Operation,
        _ hints: RecordedHints = RecordedHints(),
        exchanges: Bool = true,
        on rig: PipelineHarness
    ) async -> CallerOperation.End {
        var errand = CallerOperation(
            forwarder: rig.currentRuntime.value.forwarder,
            reads: rig.reads,
            hints: hints,
            metrics: rig.metrics,
            clock: rig.clock.gatewayClock,
            exchangesToken: exchanges
        )
        return await errand.run(operation)
    }

    private func update() throws -> Operation { .updateRecords(try .sample(Self.patches, token: "own")) }

    private func bodies(_ rig: PipelineHarness) -> [String] {
        rig.origin.calls.filter { $0.method == .post }.map {
            String(decoding: $0.request.body, as: UTF8.self)
        }
    }

    private func sent(_ token: String) -> String {
        #"{"SyncSessionToken":"\#(token)","RecordPatches":\#(Self.patches)}"#
    }

    private func queries(_ rig: PipelineHarness) -> [String] {
        rig.origin.calls.filter { $0.method == .get }
            .map { String($0.path.split(separator: "?").dropFirst().first ?? "") }
    }

    @Test func theNewestKnownTokenTakesThePlaceOfOurs() async throws {
        let rig = PipelineHarness { _ in .updated(2) }
        let end = await run(try update(), RecordedHints((1, "real")), on: rig)
        #expect(try end.answer.result.get().status == 200)
        #expect(bodies(rig) == [sent("real")])
        #expect(rig.origin.count == 1)
    }

    @Test(arguments: [nil, 1, 0] as [Int64?])
    func whereNoneIsKnownOneIsFetchedByTheSmallestPage(count: Int64?) async throws {
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let hints = RecordedHints(count.map { ($0, nil) })
        let end = await run(try update(), hints, on: rig)
        #expect(try end.answer.result.get().status == 200)
        #expect(end.answer.attempts == 2)
        #expect(queries(rig) == [count == 1 ? "lastSyncCount=1&maxResults=1" : "maxResults=1"])
        #expect(bodies(rig) == [sent("token")])
        #expect(hints.noted.withLock { $0 } == ["token"])
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aTokenThatIsRefusedIsReplacedOnceAndTheWriteSentOnceMore(refusal: Response) async throws {
        let rig = PipelineHarness { context in
            guard context.method == .post else { return .page(1) }
            return context.number == 0 ? refusal : .updated(2)
        }
        let end = await run(try update(), RecordedHints((1, "old")), on: rig)
        #expect(try end.answer.result.get().status == 200)
        #expect(try end.outcome.result.get().status == 200)
        #expect(bodies(rig) == [sent("old"), sent("token")])
        #expect(queries(rig) == ["lastSyncCount=1&maxResults=1"])
        #expect(rig.metrics.exposition().contains(#"retries_total{reason="session_token"} 1"#))
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aFreshTokenThatIsRefusedTooIsTheEndOfIt(refusal: Response) async throws {
        let rig = PipelineHarness { $0.method == .post ? refusal : .page(1) }
        let known = await run(try update(), RecordedHints((1, "old")), on: rig)
        #expect(try known.answer.result.get().status == refusal.status)
        #expect(bodies(rig).count == 2)
        let unknown = await run(try update(), on: rig)
        #expect(try unknown.answer.result.get().status == refusal.status)
        #expect(bodies(rig).count == 3)
    }

    @Test func aCountThatIsGoneIsLeftOut() async throws {
        let rig = PipelineHarness { context in
            if context.method == .post { return context.number == 0 ? Self.refusal : .updated(1) }
            let gone = "No such SyncCount: 9 exists for this Dataset"
            return context.path.contains("lastSyncCount")
                ? .awsError(400, "InvalidParameterException", gone) : .page(1)
        }
        let end = await run(try update(), RecordedHints((9, "old")), on: rig)
        #expect(try end.answer.result.get().status == 200)
        #expect(queries(rig) == ["lastSyncCount=9&maxResults=1", "maxResults=1"])
    }

    @Test func whereNoTokenCanBeHadNothingIsSent() async throws {
        let lost = PipelineHarness { context throws(UpstreamError) in
            throw UpstreamError(.cut, phase: .sent, detail: "")
        }
        let error = await run(try update(), on: lost).answer
        guard case .failure(let failure) = error.result else { throw Unexpected() }
        #expect(failure.apiError.status == 502)
        #expect(failure.apiError.message.contains("nothing was sent"))
        #expect(!failure.mayHaveBeenApplied)
        for refusal in [
            Response.awsError(429, "TooManyRequestsException"), .awsError(500, "InternalErrorException"),
        ] {
            let rig = PipelineHarness(ScriptedSender.giving(refusal))
            let end = await run(try update(), on: rig)
            #expect(try end.answer.result.get().status == refusal.status)
            #expect(bodies(rig) == [])
        }
        let bare = PipelineHarness { _ in .aws(#"{"DatasetExists":true,"DatasetSyncCount":1,"Records":[]}"#) }
        let end = await run(try update(), on: bare)
        guard case .failure(let failure) = end.answer.result else { throw Unexpected() }
        #expect(failure.apiError.status == 502)
        #expect(bodies(bare) == [])
    }

    @Test func aReadWithOursGoesWithARealOne() async throws {
        let rig = PipelineHarness { context in
            context.path.contains("syncSessionToken=old") ? Self.refusal : .page(1)
        }
        let list = Operation.listRecords(
            ListRecords(scope: .sample(), lastSyncCount: 1, syncSessionToken: "own")
        )
        let end = await run(list, RecordedHints((1, "old")), on: rig)
        #expect(try end.answer.result.get().status == 200)
        #expect(
            queries(rig) == [
                "lastSyncCount=1&syncSessionToken=old", "lastSyncCount=1&maxResults=1",
                "lastSyncCount=1&syncSessionToken=token",
            ]
        )
    }

    @Test func aTokenOfAWSsGoesAsItIsAndSoDoesItsRefusal() async throws {
        let rig = PipelineHarness(ScriptedSender.giving(Self.refusal))
        let end = await run(try update(), RecordedHints((1, "real")), exchanges: false, on: rig)
        #expect(try end.answer.result.get().status == 400)
        #expect(bodies(rig) == [sent("own")])
        #expect(rig.origin.count == 1)
    }

    private struct Unexpected: Error {}
}

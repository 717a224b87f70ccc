import CognitoSync
import HTTPTypes
import Messages
import Policy
import Synchronization
import Telemetry
import Testing
import Upstream

@testable import Gateway

/// The upstream requests of an operation that takes more than one.
@Suite(.timeLimit(.minutes(1))) struct CallerOperationTests {
    private static let patches = #"[{"Op":"replace","Key":"k","Value":"v","SyncCount":1}]"#
    private static let refusal = Response.awsError(400, "InvalidParameterException", TokenRefusal.message)
    private static let expired = Response.awsError(
        403,
        "NotAuthorizedException",
        "SyncSessionToken has expired"
    )

    /// The facts about the one dataset of these tests.
    private final class RecordedHints: DatasetHints {
        private let known: (syncCount: Int64, sessionToken: String?)?
        let recorded = Mutex<[String]>([])

        init(_ known: (syncCount: Int64, sessionToken: String?)? = nil) { self.known = known }

        func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)? { known }
        func recordToken(_ token: String, of scope: DatasetScope) { recorded.withLock { $0.append(token) } }
    }

    private func run(
        _ operation: Operation,
        _ hints: RecordedHints = RecordedHints(),
        exchangesToken: Bool = true,
        on harness: PipelineHarness
    ) async -> CallerOperation.End {
        var callerOperation = CallerOperation(
            forwarder: harness.currentRuntime.value.forwarder,
            recordsCache: harness.recordsCache,
            hints: hints,
            metrics: harness.metrics,
            clock: harness.clock.gatewayClock,
            exchangesToken: exchangesToken
        )
        return await callerOperation.run(operation)
    }

    private func update() throws -> Operation { .updateRecords(try .sample(Self.patches, token: "own")) }

    private func bodies(_ harness: PipelineHarness) -> [String] {
        harness.upstream.requests.filter { $0.method == .post }.map {
            String(decoding: $0.request.body, as: UTF8.self)
        }
    }

    private func sent(_ token: String) -> String {
        #"{"SyncSessionToken":"\#(token)","RecordPatches":\#(Self.patches)}"#
    }

    private func queries(_ harness: PipelineHarness) -> [String] {
        harness.upstream.requests.filter { $0.method == .get }
            .map { String($0.path.split(separator: "?").dropFirst().first ?? "") }
    }

    @Test func theNewestKnownTokenReplacesTheOwnOne() async throws {
        let harness = PipelineHarness { _ in .updated(2) }
        let end = await run(try update(), RecordedHints((1, "real")), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(bodies(harness) == [sent("real")])
        #expect(harness.upstream.count == 1)
    }

    @Test(arguments: [nil, 1, 0] as [Int64?])
    func anUnknownTokenIsFetchedByTheSmallestPage(count: Int64?) async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let hints = RecordedHints(count.map { ($0, nil) })
        let end = await run(try update(), hints, on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(end.response.attempts == 2)
        #expect(queries(harness) == [count == 1 ? "lastSyncCount=1&maxResults=1" : "maxResults=1"])
        #expect(bodies(harness) == [sent("token")])
        #expect(hints.recorded.withLock { $0 } == ["token"])
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aRefusedTokenIsReplacedOnceAndTheWriteSentAgain(refusal: Response) async throws {
        let harness = PipelineHarness { received in
            guard received.method == .post else { return .page(1) }
            return received.number == 0 ? refusal : .updated(2)
        }
        let end = await run(try update(), RecordedHints((1, "old")), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(try end.outcome.result.get().status == 200)
        #expect(bodies(harness) == [sent("old"), sent("token")])
        #expect(queries(harness) == ["lastSyncCount=1&maxResults=1"])
        #expect(harness.metrics.exposition().contains(#"retries_total{reason="session_token"} 1"#))
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aSecondRefusalIsFinal(refusal: Response) async throws {
        let harness = PipelineHarness { $0.method == .post ? refusal : .page(1) }
        let known = await run(try update(), RecordedHints((1, "old")), on: harness)
        #expect(try known.response.result.get().status == refusal.status)
        #expect(bodies(harness).count == 2)
        let unknown = await run(try update(), on: harness)
        #expect(try unknown.response.result.get().status == refusal.status)
        #expect(bodies(harness).count == 3)
    }

    @Test func anUnknownCountIsLeftOut() async throws {
        let harness = PipelineHarness { received in
            if received.method == .post { return received.number == 0 ? Self.refusal : .updated(1) }
            let gone = "No such SyncCount: 9 exists for this Dataset"
            return received.path.contains("lastSyncCount")
                ? .awsError(400, "InvalidParameterException", gone) : .page(1)
        }
        let end = await run(try update(), RecordedHints((9, "old")), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(queries(harness) == ["lastSyncCount=9&maxResults=1", "maxResults=1"])
    }

    @Test func withoutATokenNothingIsSent() async throws {
        let lost = PipelineHarness { received throws(UpstreamError) in
            throw UpstreamError(.cut, phase: .sent, detail: "")
        }
        let error = await run(try update(), on: lost).response
        guard case .failure(let failure) = error.result else { throw Unexpected() }
        #expect(failure.apiError.status == 502)
        #expect(failure.apiError.message.contains("nothing was sent"))
        #expect(!failure.mayHaveBeenApplied)
        for refusal in [
            Response.awsError(429, "TooManyRequestsException"), .awsError(500, "InternalErrorException"),
        ] {
            let harness = PipelineHarness(ScriptedSender.giving(refusal))
            let end = await run(try update(), on: harness)
            #expect(try end.response.result.get().status == refusal.status)
            #expect(bodies(harness) == [])
        }
        let bare = PipelineHarness { _ in .aws(#"{"DatasetExists":true,"DatasetSyncCount":1,"Records":[]}"#) }
        let end = await run(try update(), on: bare)
        guard case .failure(let failure) = end.response.result else { throw Unexpected() }
        #expect(failure.apiError.status == 502)
        #expect(bodies(bare) == [])
    }

    @Test func aReadWithAnOwnTokenIsSentWithARealOne() async throws {
        let harness = PipelineHarness { received in
            received.path.contains("syncSessionToken=old") ? Self.refusal : .page(1)
        }
        let list = Operation.listRecords(
            ListRecords(scope: .sample(), lastSyncCount: 1, syncSessionToken: "own")
        )
        let end = await run(list, RecordedHints((1, "old")), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(
            queries(harness) == [
                "lastSyncCount=1&syncSessionToken=old", "lastSyncCount=1&maxResults=1",
                "lastSyncCount=1&syncSessionToken=token",
            ]
        )
    }

    @Test func aTokenOfAWSAndItsRefusalPassUnchanged() async throws {
        let harness = PipelineHarness(ScriptedSender.giving(Self.refusal))
        let end = await run(try update(), RecordedHints((1, "real")), exchangesToken: false, on: harness)
        #expect(try end.response.result.get().status == 400)
        #expect(bodies(harness) == [sent("own")])
        #expect(harness.upstream.count == 1)
    }

    private struct Unexpected: Error {}
}

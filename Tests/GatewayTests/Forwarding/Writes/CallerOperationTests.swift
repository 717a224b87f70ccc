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

    /// The facts about the one dataset of these tests: its count, and the tokens that no write has used.
    private final class GivenHints: DatasetHints {
        private let known: Int64?
        private let tokens: Mutex<[String]>

        init(_ known: Int64? = nil, _ tokens: String...) {
            self.known = known
            self.tokens = Mutex(tokens)
        }

        func syncCount(of scope: DatasetScope) -> Int64? { known }
        func takeToken(of scope: DatasetScope, now: Instant) -> String? { tokens.withLock { $0.popLast() } }
    }

    private func run(
        _ operation: Operation,
        _ hints: GivenHints = GivenHints(),
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

    private func tokens(_ outcome: String, on harness: PipelineHarness) -> Int? {
        harness.metric(#"syncgate_session_tokens_total{outcome="\#(outcome)"}"#)
    }

    @Test func aTokenAtHandReplacesTheOwnOne() async throws {
        let harness = PipelineHarness { _ in .updated(2) }
        let end = await run(try update(), GivenHints(1, "real"), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(bodies(harness) == [sent("real")])
        #expect(harness.upstream.count == 1)
        #expect(tokens("held", on: harness) == 1)
    }

    /// A token of AWS is good for one write: C-11.
    @Test func eachTokenIsUsedOnce() async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let hints = GivenHints(1, "older", "newer")
        for _ in 0..<4 {
            #expect(try await run(try update(), hints, on: harness).response.result.get().status == 200)
        }
        #expect(bodies(harness) == [sent("newer"), sent("older"), sent("token"), sent("token")])
        #expect(harness.upstream.count == 6, "the last two fetched one each")
        #expect(tokens("held", on: harness) == 2)
        #expect(tokens("fetched", on: harness) == 2)
    }

    @Test(arguments: [nil, 1, 0] as [Int64?])
    func anUnknownTokenIsFetchedByTheSmallestPage(count: Int64?) async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let end = await run(try update(), GivenHints(count), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(end.response.attempts == 2)
        #expect(queries(harness) == [count == 1 ? "lastSyncCount=1&maxResults=1" : "maxResults=1"])
        #expect(bodies(harness) == [sent("token")])
        #expect(tokens("fetched", on: harness) == 1)
        #expect(harness.recordsCache.statistics.pages == 0)
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aRefusedTokenIsReplacedOnceAndTheWriteSentAgain(refusal: Response) async throws {
        let harness = PipelineHarness { received in
            guard received.method == .post else { return .page(1) }
            return received.number == 0 ? refusal : .updated(2)
        }
        let end = await run(try update(), GivenHints(1, "old"), on: harness)
        #expect(try end.response.result.get().status == 200)
        #expect(try end.outcome.result.get().status == 200)
        #expect(bodies(harness) == [sent("old"), sent("token")])
        #expect(queries(harness) == ["lastSyncCount=1&maxResults=1"])
        #expect(harness.metrics.exposition().contains(#"retries_total{reason="session_token"} 1"#))
        #expect(["held", "fetched", "refused"].map { tokens($0, on: harness) } == [0, 1, 1])
    }

    @Test(arguments: [Self.refusal, Self.expired])
    func aSecondRefusalIsFinal(refusal: Response) async throws {
        let harness = PipelineHarness { $0.method == .post ? refusal : .page(1) }
        let known = await run(try update(), GivenHints(1, "old"), on: harness)
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
        let end = await run(try update(), GivenHints(9, "old"), on: harness)
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
        let end = await run(list, GivenHints(1, "old"), on: harness)
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
        let end = await run(try update(), GivenHints(1, "real"), exchangesToken: false, on: harness)
        #expect(try end.response.result.get().status == 400)
        #expect(bodies(harness) == [sent("own")])
        #expect(harness.upstream.count == 1)
    }

    private struct Unexpected: Error {}
}

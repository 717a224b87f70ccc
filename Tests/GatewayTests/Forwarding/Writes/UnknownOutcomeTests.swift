import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// A write whose upstream response is lost, and the response that its caller gets.
@Suite(.timeLimit(.minutes(1))) struct UnknownOutcomeTests {
    /// The ways in which the response to a write can be lost.
    enum Loss: CaseIterable, Sendable {
        case cut, timeout, malformed, serverError

        func happen() throws(UpstreamError) -> Response {
            switch self {
            case .cut: throw UpstreamError(.cut, phase: .partlyReceived, detail: "")
            case .timeout: throw UpstreamError(.timedOut, phase: .sent, detail: "")
            case .malformed: .aws("no JSON")
            case .serverError: .awsError(500, "InternalErrorException")
            }
        }
    }

    /// Returns a gateway with a dataset at count 1, whose next write is lost; then upstream shows `page`.
    private func harness(_ loss: Loss, then page: @escaping @Sendable () -> Response) async -> PipelineHarness
    {
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.number == 0 { return .page(1, "old") }
            return received.method == .post ? try loss.happen() : page()
        }
        _ = await harness.get()
        return harness
    }

    @Test(arguments: Loss.allCases)
    func anAppliedWriteIsASuccess(loss: Loss) async {
        let harness = await harness(loss) { .page(2) }
        let response = await harness.update()
        #expect(response["x-syncgate-write"] == "applied")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
        #expect(harness.upstream.count == 4, "the inquiry asked for the date of the creation too")
        if loss == .serverError {
            #expect(response.status == 500, "what AWS said stays as it came")
            return
        }
        #expect(response.status == 200)
        #expect(
            response.content
                == #"{"Records":[{"Key":"k","Value":"v","SyncCount":2,"LastModifiedDate":1.440938160608E9}]}"#
        )
        #expect(response["Content-Type"] == "application/json")
        #expect(response["Cache-Status"] == "syncgate; fwd=method")
    }

    @Test(arguments: Loss.allCases)
    func aWriteThatWasNotAppliedIsReported(loss: Loss) async {
        let harness = await harness(loss) { .page(1, "old") }
        let response = await harness.update()
        #expect(response["x-syncgate-write"] == "not-applied")
        if loss == .serverError {
            #expect(response.status == 500, "what AWS said stays as it came")
            return
        }
        #expect(response.status == 504)
        #expect(response["x-amzn-ErrorType"] == "UpstreamTimeoutException")
        #expect(response.content.contains("has not been applied"))
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
    }

    @Test(arguments: Loss.allCases, [Response.page(3, "another's"), .page(1, "another's"), .absentPage])
    func anAmbiguousWriteIsUnknown(loss: Loss, page: Response) async {
        let harness = await harness(loss) { page }
        let response = await harness.update()
        #expect(response["x-syncgate-write"] == "unknown")
        #expect(response.status == (loss == .serverError ? 500 : 504))
        #expect(loss == .serverError || response.content.contains("the outcome is unknown"))
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
    }

    /// Without a count from before the write, no read can tell it from another of the same values: C-8.
    @Test(arguments: [(Loss.cut, 502), (.timeout, 504), (.malformed, 502), (.serverError, 500)])
    func withoutAKnownCountNothingIsInquired(loss: Loss, status: Int) async {
        let harness = PipelineHarness { received throws(UpstreamError) in
            received.method == .post ? try loss.happen() : .page(1)
        }
        #expect(await harness.update().status == status)
        #expect(harness.upstream.count == 1)
        #expect(harness.metric(#"syncgate_write_outcomes_total{outcome="unknown"}"#) == 1)
    }

    @Test func aCountThatTheServiceDoesNotKnowLeavesItUnknown() async {
        let harness = await harness(.cut) {
            .awsError(400, "InvalidParameterException", "No such SyncCount: 5")
        }
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("the outcome is unknown"))
    }

    @Test(arguments: [(Loss.cut, 504), (.timeout, 504), (.malformed, 504), (.serverError, 500)])
    func withoutAVerdictTheOutcomeIsUnknown(loss: Loss, status: Int) async {
        for delta in [Response.awsError(429, "TooManyRequestsException"), .awsError(503, "X"), .aws("[]")] {
            let harness = await harness(loss) { delta }
            let response = await harness.update()
            #expect(response.status == status)
            #expect(response["x-syncgate-write"] == "unknown")
            #expect(harness.upstream.requests.count { $0.method == .post } == 1)
        }
    }

    @Test func aWriteThatNeverLeftNeedsNoInquiry() async {
        let harness = PipelineHarness()
        _ = await harness.get()
        harness.upstream.respond { _ throws(UpstreamError) in
            throw UpstreamError(.unreachable, phase: .notSent, detail: "")
        }
        #expect(await harness.update().status == 502)
        #expect(harness.upstream.requests.dropFirst().allSatisfy { $0.method == .post })
    }

    @Test func theWriteLeavesAQuarterOfTheTimeForTheInquiry() async {
        let harness = PipelineHarness()
        _ = await harness.get()
        harness.upstream.respond { [clock = harness.clock] received throws(UpstreamError) in
            guard received.method == .post else { return .page(2) }
            clock.advance(by: .milliseconds(7500))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await harness.update().status == 200)
        let deadlines = harness.upstream.requests.dropFirst().map(\.deadline)
        #expect(deadlines == [.milliseconds(7500), .milliseconds(2500), .milliseconds(2500)])
    }

    @Test func withNoTimeLeftThereIsNoInquiry() async {
        let harness = PipelineHarness()
        _ = await harness.get()
        harness.upstream.respond { [clock = harness.clock] _ throws(UpstreamError) in
            clock.advance(by: .seconds(10))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await harness.update().status == 504)
        #expect(harness.upstream.count == 2)
    }

    @Test func theSnapshotIsThatOfTheInquiryWhenTheCallerGetsItsResponse() async {
        let harness = await harness(.cut) { .page(2) }
        #expect(await harness.update().status == 200)
        let read = await harness.get()
        #expect(read["Cache-Status"] == "syncgate; hit; ttl=5; detail=derived")
        #expect(read.syncCount == 2)
        #expect(harness.upstream.count == 4)
    }

    /// It starts below the cached count, so that another dataset at that count is seen: C-2.
    @Test(arguments: [(1, 3), (5000, 4)]) func theInquiryStartsBelowTheCachedCount(
        bytes: Int,
        start: Int
    ) async {
        let value = String(repeating: "w", count: bytes)
        func record(_ key: String, _ count: Int) -> String {
            #"{"Key":"\#(key)","Value":"\#(value)","SyncCount":\#(count),"LastModifiedDate":1.44093816E9}"#
        }
        let records = [record("k", 3), record("l", 5)]
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            let shown = records.dropFirst(received.lastSyncCount >= 3 ? 1 : 0).joined(separator: ",")
            return .aws(#"{"DatasetExists":true,"DatasetSyncCount":5,"Records":[\#(shown)]}"#)
        }
        _ = await harness.get()
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("sync count 5"))
        #expect(harness.upstream.requests.last?.lastSyncCount == start)
    }

    /// A read that saw the dataset before the write took effect must not be cached beyond the response to the
    /// write.
    @Test func aReadThatLeftDuringAnInquiryIsNotCached() async {
        let gate = Signal()
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            if received.number == 2 { await gate.reached() }
            return [0, 3].contains(received.number) ? .page(1, "old") : .page(2)
        }
        _ = await harness.get()
        let write = harness.pipeline.respond(to: .update(), from: Caller(address: "10.0.0.1"))
        let writing = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(3)
        let read = await harness.get(PipelineHarness.records, ["Cache-Control": "no-cache"])
        #expect(read.syncCount == 1)
        gate.fire()
        #expect(await writing.value.status == 200)
        #expect(await harness.get().syncCount == 2)
    }
}

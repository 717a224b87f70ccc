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

    private func harness(
        _ loss: Loss,
        then delta: @escaping @Sendable () throws(UpstreamError) -> Response
    ) -> PipelineHarness {
        PipelineHarness { received throws(UpstreamError) in
            received.method == .post ? try loss.happen() : try delta()
        }
    }

    @Test(arguments: Loss.allCases)
    func anAppliedWriteIsASuccess(loss: Loss) async {
        let harness = harness(loss) { .page(1) }
        let response = await harness.update()
        #expect(response.status == 200)
        #expect(
            response.content
                == #"{"Records":[{"Key":"k","Value":"v","SyncCount":1,"LastModifiedDate":1.440938160607E9}]}"#
        )
        #expect(response["Content-Type"] == "application/json")
        #expect(response["Cache-Status"] == "syncgate; fwd=method")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
        #expect(harness.upstream.count == 2)
    }

    @Test(arguments: Loss.allCases)
    func aWriteThatWasNotAppliedIsReported(loss: Loss) async {
        let harness = harness(loss) { .absentPage }
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response["x-amzn-ErrorType"] == "UpstreamTimeoutException")
        #expect(response.content.contains("has not been applied"))
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
    }

    @Test(arguments: Loss.allCases)
    func anAmbiguousWriteIsUnknown(loss: Loss) async {
        let harness = harness(loss) { .page(3, "another's") }
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("the outcome is unknown"))
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
    }

    @Test func aCountThatTheServiceDoesNotKnowLeavesItUnknown() async {
        let harness = harness(.cut) { .awsError(400, "InvalidParameterException", "No such SyncCount: 5") }
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("the outcome is unknown"))
    }

    @Test(arguments: [(Loss.cut, 502), (.timeout, 504), (.malformed, 502), (.serverError, 500)])
    func withoutAVerdictTheFirstErrorStands(loss: Loss, status: Int) async {
        for delta in [Response.awsError(429, "TooManyRequestsException"), .awsError(503, "X"), .aws("[]")] {
            let harness = harness(loss) { delta }
            #expect(await harness.update().status == status)
            #expect(harness.upstream.requests.count { $0.method == .post } == 1)
        }
    }

    @Test func aWriteThatNeverLeftNeedsNoInquiry() async {
        let harness = PipelineHarness { _ throws(UpstreamError) in
            throw UpstreamError(.unreachable, phase: .notSent, detail: "")
        }
        #expect(await harness.update().status == 502)
        #expect(harness.upstream.requests.allSatisfy { $0.method == .post })
    }

    @Test func theWriteLeavesAQuarterOfTheTimeForTheInquiry() async {
        let harness = PipelineHarness()
        harness.upstream.respond { received throws(UpstreamError) in
            guard received.method == .post else { return .page(1) }
            harness.clock.advance(by: .milliseconds(7500))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await harness.update().status == 200)
        #expect(harness.upstream.requests.map(\.deadline) == [.milliseconds(7500), .milliseconds(2500)])
    }

    @Test func withNoTimeLeftThereIsNoInquiry() async {
        let harness = PipelineHarness()
        harness.upstream.respond { _ throws(UpstreamError) in
            harness.clock.advance(by: .seconds(10))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await harness.update().status == 504)
        #expect(harness.upstream.count == 1)
    }

    @Test func theSnapshotIsDoubtfulWhenTheCallerGetsItsResponse() async {
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            return received.number == 0 ? .page(1, "old") : .page(2)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 200)
        let read = await harness.get()
        #expect(read["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(read.syncCount == 2)
    }

    @Test func theInquiryStartsFromTheCachedCount() async {
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            return .page(5)
        }
        _ = await harness.get()
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("sync count 5"))
        #expect(harness.upstream.requests.last?.path.contains("lastSyncCount=5") == true)
    }

    /// A read that saw the dataset before the write took effect must not be cached beyond the response to the
    /// write.
    @Test func aReadThatLeftDuringAnInquiryIsNotCached() async {
        let gate = Signal()
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            if received.number == 1 { await gate.reached() }
            return received.number == 2 ? .page(1, "old") : .page(2)
        }
        let write = harness.pipeline.respond(to: .update(), from: Caller(address: "10.0.0.1"))
        let writing = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(2)
        #expect(await harness.get().syncCount == 1)
        gate.fire()
        #expect(await writing.value.status == 200)
        #expect(await harness.get().syncCount == 2)
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// A write that got no answer, as its caller sees it in the end.
@Suite(.timeLimit(.minutes(1))) struct UnknownOutcomeTests {
    /// How a write's answer can be lost.
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

    private func rig(
        _ loss: Loss,
        then delta: @escaping @Sendable () throws(UpstreamError) -> Response
    ) -> PipelineHarness {
        PipelineHarness { context throws(UpstreamError) in
            context.method == .post ? try loss.happen() : try delta()
        }
    }

    @Test(arguments: Loss.allCases)
    func whatWasAppliedIsTheSuccessThatItEarned(loss: Loss) async {
        let rig = rig(loss) { .page(1) }
        let answer = await rig.update()
        #expect(answer.status == 200)
        #expect(
            answer.content
                == #"{"Records":[{"Key":"k","Value":"v","SyncCount":1,"LastModifiedDate":1.440938160607E9}]}"#
        )
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Cache-Status"] == "syncgate; fwd=method")
        #expect(answer["x-syncgate-origin"] == nil)
        #expect(rig.origin.calls.count { $0.method == .post } == 1)
        #expect(rig.origin.count == 2)
    }

    @Test(arguments: Loss.allCases)
    func whatWasNotAppliedIsSaid(loss: Loss) async {
        let rig = rig(loss) { .absentPage }
        let answer = await rig.update()
        #expect(answer.status == 504)
        #expect(answer["x-amzn-ErrorType"] == "UpstreamTimeoutException")
        #expect(answer.content.contains("has not been applied"))
        #expect(rig.origin.calls.count { $0.method == .post } == 1)
    }

    @Test(arguments: Loss.allCases)
    func whatCannotBeToldIsUnknown(loss: Loss) async {
        let rig = rig(loss) { .page(3, "another's") }
        let answer = await rig.update()
        #expect(answer.status == 504)
        #expect(answer.content.contains("the outcome is unknown"))
        #expect(rig.origin.calls.count { $0.method == .post } == 1)
    }

    @Test func aCountThatTheServiceDoesNotKnowLeavesItUnknown() async {
        let rig = rig(.cut) { .awsError(400, "InvalidParameterException", "No such SyncCount: 5") }
        let answer = await rig.update()
        #expect(answer.status == 504)
        #expect(answer.content.contains("the outcome is unknown"))
    }

    @Test(arguments: [(Loss.cut, 502), (.timeout, 504), (.malformed, 502), (.serverError, 500)])
    func whereNothingCanBeFoundOutTheFirstErrorStands(loss: Loss, status: Int) async {
        for delta in [Response.awsError(429, "TooManyRequestsException"), .awsError(503, "X"), .aws("[]")] {
            let rig = rig(loss) { delta }
            #expect(await rig.update().status == status)
            #expect(rig.origin.calls.count { $0.method == .post } == 1)
        }
    }

    @Test func aWriteThatNeverLeftIsNotAskedAfter() async {
        let rig = PipelineHarness { _ throws(UpstreamError) in
            throw UpstreamError(.unreachable, phase: .notSent, detail: "")
        }
        #expect(await rig.update().status == 502)
        #expect(rig.origin.calls.allSatisfy { $0.method == .post })
    }

    @Test func theWriteLeavesAQuarterOfTheTimeForFindingOut() async {
        let rig = PipelineHarness()
        rig.origin.answer { context throws(UpstreamError) in
            guard context.method == .post else { return .page(1) }
            rig.clock.advance(by: .milliseconds(7500))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await rig.update().status == 200)
        #expect(rig.origin.calls.map(\.deadline) == [.milliseconds(7500), .milliseconds(2500)])
    }

    @Test func withNoTimeLeftNothingIsAsked() async {
        let rig = PipelineHarness()
        rig.origin.answer { _ throws(UpstreamError) in
            rig.clock.advance(by: .seconds(10))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        #expect(await rig.update().status == 504)
        #expect(rig.origin.count == 1)
    }

    @Test func theTableIsInDoubtWhenTheCallerHearsOfIt() async {
        let rig = PipelineHarness { context throws(UpstreamError) in
            if context.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            return context.number == 0 ? .page(1, "old") : .page(2)
        }
        _ = await rig.get()
        #expect(await rig.update().status == 200)
        let read = await rig.get()
        #expect(read["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(read.syncCount == 2)
    }

    @Test func theCountThatIsHeldIsTheOneAskedAbout() async {
        let rig = PipelineHarness { context throws(UpstreamError) in
            if context.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            return .page(5)
        }
        _ = await rig.get()
        let answer = await rig.update()
        #expect(answer.status == 504)
        #expect(answer.content.contains("sync count 5"))
        #expect(rig.origin.calls.last?.path.contains("lastSyncCount=5") == true)
    }

    /// A read that saw the dataset before the write took effect must not be kept beyond the write's answer.
    @Test func aReadThatLeftWhileItWasAskedAfterIsNotKept() async {
        let gate = Signal()
        let rig = PipelineHarness { context throws(UpstreamError) in
            if context.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            if context.number == 1 { await gate.reached() }
            return context.number == 2 ? .page(1, "old") : .page(2)
        }
        let write = rig.pipeline.respond(to: .update(), from: Caller(address: "10.0.0.1"))
        let writing = Task { await rig.answer(write) }
        await rig.origin.arrived.reached(2)
        #expect(await rig.get().syncCount == 1)
        gate.fire()
        #expect(await writing.value.status == 200)
        #expect(await rig.get().syncCount == 2)
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// Writes through the gateway: nobody reads afterwards what was there before.
@Suite(.timeLimit(.minutes(1))) struct WritesTests {
    private let caller = Caller(address: "10.0.0.1")

    @Test func aWriteIsPartOfWhatIsHeldBeforeItsAnswerIsOut() async {
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        _ = await rig.get()
        #expect(await rig.update().status == 200)
        let read = await rig.get()
        #expect(read["Cache-Status"] == "syncgate; hit; ttl=5; detail=derived")
        #expect(read.syncCount == 2)
        #expect(rig.origin.count == 2)
    }

    @Test(arguments: [3, 7])
    func aWriteThatDoesNotContinueWhatIsHeldIsConfirmedByADelta(count: Int) async {
        let rig = PipelineHarness { $0.method == .post ? .updated(count) : .page($0.number == 0 ? 1 : count) }
        _ = await rig.get()
        #expect(await rig.update().status == 200)
        let read = await rig.get()
        #expect(read["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(read.syncCount == count)
        #expect(rig.origin.calls.count { $0.path.contains("lastSyncCount=1") } == 1)
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test func whileAWriteIsInTheAirTheOldPageIsATrueAnswer() async {
        let gate = Signal()
        let rig = PipelineHarness { context in
            if context.method == .post { await gate.reached() }
            return context.method == .post ? .updated(2) : .page(1)
        }
        _ = await rig.get()
        let write = rig.pipeline.respond(to: .update(), from: caller)
        let task = Task { await rig.answer(write) }
        await rig.origin.arrived.reached(2)
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=5")
        gate.fire()
        #expect(await task.value.status == 200)
        #expect(await rig.get().syncCount == 2)
    }

    /// The classic stale fill: a slow old read arrives after a fast write.
    @Test(arguments: [true, false])
    func aReadThatLeftBeforeAWriteEndedIsNotKept(arrivesAfter: Bool) async {
        let (readGate, writeGate) = (Signal(), Signal())
        let rig = PipelineHarness { context in
            if context.method == .post {
                await writeGate.reached()
                return .updated(2)
            }
            if context.number == 0 { await readGate.reached() }
            return .page(context.number == 0 ? 1 : 2)
        }
        let read = rig.pipeline.respond(to: .get(), from: caller)
        await rig.origin.arrived.reached(1)
        let write = rig.pipeline.respond(to: .update(), from: caller)
        let writing = Task { await rig.answer(write) }
        await rig.origin.arrived.reached(2)
        for gate in arrivesAfter ? [writeGate, readGate] : [readGate, writeGate] {
            gate.fire()
            if gate === writeGate {
                #expect(await writing.value.status == 200)
            } else {
                #expect(await rig.answer(read).syncCount == 1)
            }
        }
        let after = await rig.get()
        let merged = "syncgate; hit; ttl=5; detail=derived"
        #expect(after["Cache-Status"] == (arrivesAfter ? "syncgate; fwd=uri-miss; stored" : merged))
        #expect(after.syncCount == 2)
    }

    @Test func aReaderAfterAWriteJoinsNoFetchThatLeftBefore() async {
        let gate = Signal()
        let rig = PipelineHarness { context in
            if context.number == 0 { await gate.reached() }
            return context.method == .post ? .updated(2) : .page(context.number == 0 ? 1 : 2)
        }
        let read = rig.pipeline.respond(to: .get(), from: caller)
        await rig.origin.arrived.reached(1)
        #expect(await rig.update().status == 200)
        #expect(await rig.get().syncCount == 2)
        gate.fire()
        #expect(await rig.answer(read).syncCount == 1)
        #expect(await rig.get().syncCount == 2)
    }

    @Test(arguments: [
        UpstreamError(.cut, phase: .sent, detail: ""),
        UpstreamError(.cut, phase: .partlyReceived, detail: ""),
        UpstreamError(.timedOut, phase: .sent, detail: ""),
        UpstreamError(.malformed, phase: .partlyReceived, detail: ""),
    ])
    func aWriteOfUnknownOutcomeInvalidatesAndIsSentOnce(error: UpstreamError) async {
        let rig = PipelineHarness { context throws(UpstreamError) in
            if context.method == .post { throw error }
            return context.number == 0 ? .page(1) : .page(3, "another's")
        }
        _ = await rig.get()
        let answer = await rig.update()
        #expect(answer.status == 504)
        #expect(answer.content.contains("the outcome is unknown"))
        #expect(rig.origin.calls.count { $0.method == .post } == 1)
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
    }

    @Test(arguments: [Response.awsError(500, "InternalErrorException"), .aws("no JSON")])
    func aWriteThatMayHaveHappenedPutsTheDatasetInDoubt(answer: Response) async {
        let rig = PipelineHarness { $0.method == .post ? answer : .page(1) }
        _ = await rig.get()
        #expect(await rig.update().status >= 400)
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
    }

    @Test func aConflictIsProofOfSomethingNewerAndConfirmedAtOnce() async {
        let rig = PipelineHarness {
            $0.method == .post ? .awsError(409, "ResourceConflictException") : .page($0.number == 0 ? 1 : 2)
        }
        _ = await rig.get()
        #expect(await rig.update().status == 409)
        // The delta, and when the dataset was made.
        await rig.origin.arrived.reached(4)
        #expect(await rig.get().syncCount == 2)
        #expect(rig.origin.count == 4)
    }

    @Test(arguments: [400, 403, 404, 429])
    func aRefusedWriteChangesNothing(status: Int) async {
        let rig = PipelineHarness {
            $0.method == .post ? .awsError(status, "LimitExceededException") : .page(1)
        }
        _ = await rig.get()
        #expect(await rig.update().status == status)
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test func aWriteWhoseCallerHangsUpGoesOnAndInvalidates() async {
        let gate = Signal()
        let rig = PipelineHarness { context in
            if context.method == .post { await gate.reached() }
            return context.method == .post ? .updated(2) : .page(1)
        }
        _ = await rig.get()
        let write = rig.pipeline.respond(to: .update(), from: caller)
        let task = Task { await rig.answer(write) }
        await rig.origin.arrived.reached(2)
        task.cancel()
        gate.fire()
        #expect(await task.value.status == 499)
        await rig.settled()
        #expect(await rig.get().syncCount == 2)
    }

    @Test func aReadThatIsNobodyElsesEndsWithItsCaller() async {
        let cancelled = Signal()
        let rig = PipelineHarness { _ throws(UpstreamError) in
            await withTaskCancellationHandler {
                await cancelled.reached()
            } onCancel: {
                cancelled.fire()
            }
            throw UpstreamError(.cancelled, phase: .sent, detail: "cancelled")
        }
        let read = rig.pipeline.respond(to: .get(PipelineHarness.dataset), from: caller)
        let task = Task { await rig.answer(read) }
        await rig.origin.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        #expect(rig.origin.count == 1)
        #expect(rig.admission.inFlight == 0)
    }

    @Test(arguments: [200, 404, 500])
    func deleteDatasetInvalidatesTheWholeIdentityAndNoOther(status: Int) async {
        let others = [PipelineHarness.records.replacing("profile", with: "other"), PipelineHarness.records]
        let stranger = PipelineHarness.records.replacing("0001", with: "0002")
        let rig = PipelineHarness { context in
            guard context.method == .delete else { return .page(1) }
            return status == 200 ? .aws(#"{"Dataset":{}}"#) : .awsError(status, "X")
        }
        for path in others + [stranger] { _ = await rig.get(path) }
        #expect(await rig.send(.make(.delete, PipelineHarness.dataset)).status == status)
        for path in others {
            #expect(await rig.get(path)["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        }
        #expect(await rig.get(stranger)["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(rig.origin.calls.count { $0.method == .delete } == 1)
    }

    @Test func aReadThatLeftBeforeADeleteEndedIsNotKept() async {
        let gate = Signal()
        let rig = PipelineHarness { context in
            if context.number == 0 { await gate.reached() }
            return context.method == .delete ? .aws("{}") : context.number == 0 ? .page(1) : .absentPage
        }
        let read = rig.pipeline.respond(to: .get(), from: caller)
        await rig.origin.arrived.reached(1)
        #expect(await rig.send(.make(.delete, PipelineHarness.dataset)).status == 200)
        gate.fire()
        #expect(await rig.answer(read).syncCount == 1)
        #expect(await rig.get().content.contains(#""DatasetExists":false"#))
    }

    @Test func anAnswerThatIsNotKeptStillTeachesANewerCount() async {
        let rig = PipelineHarness { context in
            context.path.contains("syncSessionToken") ? .page(5) : .page(context.number == 0 ? 1 : 5)
        }
        _ = await rig.get()
        _ = await rig.get(PipelineHarness.records + "?syncSessionToken=t")
        #expect(await rig.get().syncCount == 5)
    }

    /// A count that the origin does not know may be one that this cache handed out.
    @Test(arguments: ["?lastSyncCount=7", "?lastSyncCount=1&syncSessionToken=t"])
    func aCountThatTheOriginDoesNotKnowPutsThePagesInDoubt(query: String) async {
        let rig = PipelineHarness { context in
            guard context.path.contains("lastSyncCount") else { return .page(1) }
            return .awsError(400, "InvalidParameterException", "No such SyncCount: 1 exists for this Dataset")
        }
        _ = await rig.get()
        #expect(await rig.get(PipelineHarness.records + query).status == 400)
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }

    @Test func thatADatasetIsGoneIsLearnedFromDescribeDataset() async {
        let rig = PipelineHarness { context in
            context.path.contains("/records") ? .page(1) : .awsError(404, "ResourceNotFoundException")
        }
        _ = await rig.get()
        #expect(await rig.get(PipelineHarness.dataset).status == 404)
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }
}

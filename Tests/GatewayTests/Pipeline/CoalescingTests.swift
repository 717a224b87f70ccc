import CognitoSync
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// Requests that ask for the same thing at once.
@Suite(.timeLimit(.minutes(1))) struct CoalescingTests {
    @Test func aThousandAtOnceMakeOneCall() async {
        let gate = Signal()
        let rig = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let caller = Caller(address: "10.0.0.1")
        let answers = (0..<1000).map { _ in rig.pipeline.respond(to: .get(), from: caller) }
        #expect(rig.admission.inFlight == 1000)
        let statuses = await withTaskGroup(of: Response.self) { group in
            for answer in answers { group.addTask { await rig.answer(answer) } }
            await rig.origin.arrived.reached()
            gate.fire()
            var statuses: [String: Int] = [:]
            for await answer in group {
                #expect(answer.syncCount == 7)
                statuses[answer["Cache-Status"] ?? "", default: 0] += 1
            }
            return statuses
        }
        #expect(statuses == ["syncgate; fwd=uri-miss; stored": 1, "syncgate; fwd=uri-miss; collapsed": 999])
        #expect(rig.origin.count == 1)
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test(arguments: [0, 1])
    func whoHangsUpHarmsNobodyElse(leaver: Int) async {
        let gate = Signal()
        let rig = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let answers = (0..<2).map { _ in rig.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1")) }
        let tasks = answers.map { answer in Task { await rig.answer(answer) } }
        await rig.origin.arrived.reached()
        tasks[leaver].cancel()
        #expect(await tasks[leaver].value.status == 499)
        gate.fire()
        #expect(await tasks[1 - leaver].value.syncCount == 7)
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(rig.origin.count == 1)
    }

    @Test func aFetchThatAllHaveLeftStillFillsTheCache() async {
        let gate = Signal()
        let rig = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let answer = rig.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        let task = Task { await rig.answer(answer) }
        await rig.origin.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        #expect(rig.admission.inFlight == 1, "the fetch keeps its place")
        let joined = rig.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        gate.fire()
        #expect(await rig.answer(joined)["Cache-Status"] == "syncgate; fwd=uri-miss; collapsed")
        #expect(rig.origin.count == 1)
    }

    @Test func anErrorReachesAllWhoWaitAndNobodyLater() async {
        let gate = Signal()
        let rig = PipelineHarness { _ throws(UpstreamError) in
            await gate.reached()
            throw UpstreamError(.tooLarge, phase: .partlyReceived, detail: "large")
        }
        let answers = (0..<10).map { _ in rig.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        }
        gate.fire()
        for answer in answers { #expect(await rig.answer(answer).status == 502) }
        #expect(rig.origin.count == 1)
        rig.origin.answer { _ in .page(1) }
        #expect(await rig.get().status == 200)
        #expect(rig.origin.count == 2)
    }

    @Test func whoAsksForAConfirmedAnswerJoinsNoFetchThatLeftBefore() async {
        let gates = [Signal(), Signal()]
        let rig = PipelineHarness { context in
            guard gates.indices.contains(context.number) else { return .page(2) }
            await gates[context.number].reached()
            return .page(context.number + 1)
        }
        let caller = Caller(address: "10.0.0.1")
        let first = rig.pipeline.respond(to: .get(), from: caller)
        await rig.origin.arrived.reached(1)
        let confirmed = rig.pipeline.respond(
            to: .get(PipelineHarness.records, ["Cache-Control": "no-cache"]),
            from: caller
        )
        await rig.origin.arrived.reached(2)
        let later = rig.pipeline.respond(to: .get(), from: caller)
        gates[1].fire()
        #expect(await rig.answer(confirmed)["Cache-Status"] == "syncgate; fwd=request; stored")
        #expect(
            await rig.answer(later).syncCount == 2,
            "later readers join the newer fetch"
        )
        gates[0].fire()
        #expect(
            await rig.answer(first).syncCount == 1,
            "who asked before gets what he asked for"
        )
        #expect(await rig.get().syncCount != 1, "and an older page never comes back")
    }
}

import CognitoSync
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// Simultaneous requests for the same page.
@Suite(.timeLimit(.minutes(1))) struct CoalescingTests {
    @Test func aThousandReadsAtOnceMakeOneFetch() async {
        let gate = Signal()
        let harness = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let caller = Caller(address: "10.0.0.1")
        let responses = (0..<1000).map { _ in harness.pipeline.respond(to: .get(), from: caller) }
        #expect(harness.admission.inFlight == 1000)
        let statuses = await withTaskGroup(of: Response.self) { group in
            for response in responses { group.addTask { await harness.response(of: response) } }
            await harness.upstream.arrived.reached()
            gate.fire()
            var statuses: [String: Int] = [:]
            for await response in group {
                #expect(response.syncCount == 7)
                statuses[response["Cache-Status"] ?? "", default: 0] += 1
            }
            return statuses
        }
        #expect(statuses == ["syncgate; fwd=uri-miss; stored": 1, "syncgate; fwd=uri-miss; collapsed": 999])
        #expect(harness.upstream.count == 1)
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test(arguments: [0, 1])
    func aCallerThatHangsUpHarmsNoOther(leaver: Int) async {
        let gate = Signal()
        let harness = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let responses = (0..<2).map { _ in
            harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        }
        let tasks = responses.map { response in Task { await harness.response(of: response) } }
        await harness.upstream.arrived.reached()
        tasks[leaver].cancel()
        #expect(await tasks[leaver].value.status == 499)
        gate.fire()
        #expect(await tasks[1 - leaver].value.syncCount == 7)
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(harness.upstream.count == 1)
    }

    @Test func aFetchWithoutWaitersStillFillsTheCache() async {
        let gate = Signal()
        let harness = PipelineHarness { _ in
            await gate.reached()
            return .page(7)
        }
        let response = harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        let task = Task { await harness.response(of: response) }
        await harness.upstream.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        #expect(harness.admission.inFlight == 1, "the fetch keeps its slot")
        let joined = harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        gate.fire()
        #expect(await harness.response(of: joined)["Cache-Status"] == "syncgate; fwd=uri-miss; collapsed")
        #expect(harness.upstream.count == 1)
    }

    @Test func anErrorReachesAllWaitersAndNoLaterRead() async {
        let gate = Signal()
        let harness = PipelineHarness { _ throws(UpstreamError) in
            await gate.reached()
            throw UpstreamError(.tooLarge, phase: .partlyReceived, detail: "large")
        }
        let responses = (0..<10).map { _ in
            harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        }
        gate.fire()
        for response in responses { #expect(await harness.response(of: response).status == 502) }
        #expect(harness.upstream.count == 1)
        harness.upstream.respond { _ in .page(1) }
        #expect(await harness.get().status == 200)
        #expect(harness.upstream.count == 2)
    }

    @Test func aRevalidationJoinsNoFetchThatLeftBefore() async {
        let gates = [Signal(), Signal()]
        let harness = PipelineHarness { received in
            guard gates.indices.contains(received.number) else { return .page(2) }
            await gates[received.number].reached()
            return .page(received.number + 1)
        }
        let caller = Caller(address: "10.0.0.1")
        let first = harness.pipeline.respond(to: .get(), from: caller)
        await harness.upstream.arrived.reached(1)
        let revalidated = harness.pipeline.respond(
            to: .get(PipelineHarness.records, ["Cache-Control": "no-cache"]),
            from: caller
        )
        await harness.upstream.arrived.reached(2)
        let later = harness.pipeline.respond(to: .get(), from: caller)
        gates[1].fire()
        #expect(await harness.response(of: revalidated)["Cache-Status"] == "syncgate; fwd=request; stored")
        #expect(
            await harness.response(of: later).syncCount == 2,
            "later readers join the newer fetch"
        )
        gates[0].fire()
        #expect(
            await harness.response(of: first).syncCount == 1,
            "an earlier reader gets the page of its own fetch"
        )
        #expect(await harness.get().syncCount != 1, "and an older page never comes back")
    }
}

import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// Reads that ask for a confirmed response, many at once.
@Suite(.timeLimit(.minutes(1))) struct ConfirmationsTests {
    private let caller = Caller(address: "10.0.0.1")
    private static let shared = "syncgate; fwd=request; collapsed"

    /// Sends 50 reads while the first two are under way, and returns their responses.
    private func fifty(
        _ path: String,
        in harness: PipelineHarness,
        opening gate: Signal
    ) async -> [Response] {
        let pending = (0..<50).map { _ in
            harness.pipeline.respond(to: .get(path, ["Cache-Control": "no-cache"]), from: caller)
        }
        return await withTaskGroup(of: Response.self) { group in
            for response in pending { group.addTask { await harness.response(of: response) } }
            await harness.upstream.arrived.reached(2)
            gate.fire()
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The first read, one that came while that was on the wire, and the next for all others: three requests.
    ///
    /// A read that asks again only after the third has come back and was not cached would send a fourth.
    @Test func fiftyReadsOfRecordsCostThreeRequests() async {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.number < 2 { await gate.reached() }
            return .page(received.number + 1)
        }
        let responses = await fifty(PipelineHarness.records, in: harness, opening: gate)
        #expect(responses.allSatisfy { $0.status == 200 })
        #expect((3...4).contains(harness.listings), "\(harness.listings)")
        #expect(responses.count { $0["Cache-Status"] == Self.shared } >= 46)
        #expect(responses.count { $0.syncCount ?? 0 >= 3 } >= 47, "what was sent after they came")
        #expect(harness.admission.inFlight == 0)
    }

    @Test func fiftyReadsOfMetadataCostThreeRequests() async {
        let gate = Signal()
        let harness = PipelineHarness(configured: { $0.cache.reads = .init() }) { received in
            if received.number < 2 { await gate.reached() }
            return .aws(#"{"IdentityPoolUsage":{"SyncSessionsCount":\#(received.number)}}"#)
        }
        let responses = await fifty("/identitypools/\(PipelineHarness.pool)", in: harness, opening: gate)
        #expect(responses.allSatisfy { $0.status == 200 })
        #expect((3...4).contains(harness.upstream.count), "\(harness.upstream.count)")
        #expect(responses.count { $0["Cache-Status"] == Self.shared } >= 46)
        #expect(harness.admission.inFlight == 0)
    }

    @Test func aFailureReachesThoseWhoWaitForTheirTurn() async {
        let gate = Signal()
        let harness = PipelineHarness { _ throws(UpstreamError) in
            await gate.reached()
            throw UpstreamError(.tooLarge, phase: .partlyReceived, detail: "large")
        }
        let responses = await fifty(PipelineHarness.records, in: harness, opening: gate)
        #expect(responses.allSatisfy { $0.status == 502 })
        #expect(harness.upstream.count == 2)
        #expect(harness.admission.inFlight == 0)
    }

    @Test func aCallerThatHangsUpWhileItWaitsHarmsNoOther() async {
        let gate = Signal()
        let harness = PipelineHarness { received in
            await gate.reached()
            return .page(received.number + 1)
        }
        let pending = (0..<4).map { _ in
            harness.pipeline.respond(
                to: .get(PipelineHarness.records, ["Cache-Control": "no-cache"]),
                from: caller
            )
        }
        let gone = Task { await harness.response(of: pending[2]) }
        await harness.upstream.arrived.reached(2)
        gone.cancel()
        #expect(await gone.value.status == 499)
        gate.fire()
        for index in [0, 1, 3] { #expect(await harness.response(of: pending[index]).status == 200) }
        #expect(harness.listings == 3)
        #expect(harness.admission.inFlight == 0)
    }
}

extension PipelineHarness {
    /// The number of ListRecords; a confirmation may take a DescribeDataset too.
    fileprivate var listings: Int { upstream.requests.count { $0.path.contains("/records") } }
}

import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing
import Upstream

@testable import Gateway

/// Writes through the gateway: no later read sees the state before the write.
@Suite(.timeLimit(.minutes(1))) struct WritesTests {
    private let caller = Caller(address: "10.0.0.1")

    @Test func aWriteIsPartOfTheSnapshotBeforeItsResponse() async {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        _ = await harness.get()
        #expect(await harness.update().status == 200)
        let read = await harness.get()
        #expect(read["Cache-Status"] == "syncgate; hit; ttl=5; detail=derived")
        #expect(read.syncCount == 2)
        #expect(harness.upstream.count == 2)
    }

    @Test(arguments: [3, 7])
    func aWriteThatDoesNotContinueTheSnapshotIsRevalidatedByADelta(count: Int) async {
        let harness = PipelineHarness {
            $0.method == .post ? .updated(count) : .page($0.number == 0 ? 1 : count)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 200)
        let read = await harness.get()
        #expect(read["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(read.syncCount == count)
        #expect(harness.upstream.requests.count { $0.path.contains("/records") && $0.method == .get } == 2)
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test func theOldPageIsServedWhileAWriteIsInFlight() async {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.method == .post { await gate.reached() }
            return received.method == .post ? .updated(2) : .page(1)
        }
        _ = await harness.get()
        let write = harness.pipeline.respond(to: .update(), from: caller)
        let task = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(2)
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=5")
        gate.fire()
        #expect(await task.value.status == 200)
        #expect(await harness.get().syncCount == 2)
    }

    /// The classic stale fill: a slow old read arrives after a fast write.
    @Test(arguments: [true, false])
    func aReadThatLeftBeforeAWriteEndedIsNotCached(arrivesAfter: Bool) async {
        let (readGate, writeGate) = (Signal(), Signal())
        let harness = PipelineHarness { received in
            if received.method == .post {
                await writeGate.reached()
                return .updated(2)
            }
            if received.number == 0 { await readGate.reached() }
            return .page(received.number == 0 ? 1 : 2)
        }
        let read = harness.pipeline.respond(to: .get(), from: caller)
        await harness.upstream.arrived.reached(1)
        let write = harness.pipeline.respond(to: .update(), from: caller)
        let writing = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(2)
        for gate in arrivesAfter ? [writeGate, readGate] : [readGate, writeGate] {
            gate.fire()
            if gate === writeGate {
                #expect(await writing.value.status == 200)
            } else {
                #expect(await harness.response(of: read).syncCount == 1)
            }
        }
        let after = await harness.get()
        let merged = "syncgate; hit; ttl=5; detail=derived"
        #expect(after["Cache-Status"] == (arrivesAfter ? "syncgate; fwd=uri-miss; stored" : merged))
        #expect(after.syncCount == 2)
    }

    @Test func aReaderAfterAWriteJoinsNoFetchThatLeftBefore() async {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.number == 0 { await gate.reached() }
            return received.method == .post ? .updated(2) : .page(received.number == 0 ? 1 : 2)
        }
        let read = harness.pipeline.respond(to: .get(), from: caller)
        await harness.upstream.arrived.reached(1)
        #expect(await harness.update().status == 200)
        #expect(await harness.get().syncCount == 2)
        gate.fire()
        #expect(await harness.response(of: read).syncCount == 1)
        #expect(await harness.get().syncCount == 2)
    }

    @Test(arguments: [
        UpstreamError(.cut, phase: .sent, detail: ""),
        UpstreamError(.cut, phase: .partlyReceived, detail: ""),
        UpstreamError(.timedOut, phase: .sent, detail: ""),
        UpstreamError(.malformed, phase: .partlyReceived, detail: ""),
    ])
    func aWriteOfUnknownOutcomeIsSentOnceAndTheInquiryIsCached(error: UpstreamError) async {
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.method == .post { throw error }
            return received.number == 0 ? .page(1) : .page(3, "another's")
        }
        _ = await harness.get()
        let response = await harness.update()
        #expect(response.status == 504)
        #expect(response.content.contains("the outcome is unknown"))
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
        let read = await harness.get()
        #expect(read["Cache-Status"]?.hasPrefix("syncgate; hit; ttl=5") == true)
        #expect(read.syncCount == 3)
    }

    @Test(arguments: [Response.awsError(500, "InternalErrorException"), .aws("no JSON")])
    func aWriteThatMayBeAppliedMakesTheDatasetDoubtfulUnlessAnInquirySawIt(response: Response) async {
        for inquiryFails in [true, false] {
            let harness = PipelineHarness { received in
                if received.method == .post { return response }
                return inquiryFails && received.number > 0 ? .awsError(403, "X") : .page(1)
            }
            _ = await harness.get()
            #expect(await harness.update().status >= 400)
            harness.upstream.respond { _ in .page(1) }
            let expected = inquiryFails ? "syncgate; fwd=stale; stored; detail=delta" : "syncgate; hit; ttl=5"
            #expect(await harness.get()["Cache-Status"] == expected)
        }
    }

    @Test func aConflictIsRevalidatedAtOnce() async {
        let harness = PipelineHarness {
            $0.method == .post ? .awsError(409, "ResourceConflictException") : .page($0.number == 0 ? 1 : 2)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 409)
        // The delta, and the creation date of the dataset.
        await harness.upstream.arrived.reached(4)
        #expect(await harness.get().syncCount == 2)
        #expect(harness.upstream.count == 4)
    }

    @Test(arguments: [400, 403, 404, 429])
    func aRefusedWriteChangesNothing(status: Int) async {
        let harness = PipelineHarness {
            $0.method == .post ? .awsError(status, "LimitExceededException") : .page(1)
        }
        _ = await harness.get()
        #expect(await harness.update().status == status)
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=5")
    }

    @Test func aWriteWhoseCallerHangsUpGoesOnAndInvalidates() async throws {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.method == .post { await gate.reached() }
            return received.method == .post ? .updated(2) : .page(1)
        }
        _ = await harness.get()
        let write = harness.pipeline.respond(to: .update(), from: caller)
        let task = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(2)
        task.cancel()
        gate.fire()
        #expect(await task.value.status == 499)
        try await harness.waitUntilIdle()
        #expect(await harness.get().syncCount == 2)
    }

    @Test func aForwardedReadEndsWithItsCaller() async {
        let cancelled = Signal()
        let harness = PipelineHarness { _ throws(UpstreamError) in
            await withTaskCancellationHandler {
                await cancelled.reached()
            } onCancel: {
                cancelled.fire()
            }
            throw UpstreamError(.cancelled, phase: .sent, detail: "cancelled")
        }
        let read = harness.pipeline.respond(to: .get(PipelineHarness.dataset), from: caller)
        let task = Task { await harness.response(of: read) }
        await harness.upstream.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        #expect(harness.upstream.count == 1)
        #expect(harness.admission.inFlight == 0)
    }

    @Test(arguments: [200, 404, 500])
    func deleteDatasetInvalidatesTheWholeIdentityAndNoOther(status: Int) async {
        let others = [PipelineHarness.records.replacing("profile", with: "other"), PipelineHarness.records]
        let stranger = PipelineHarness.records.replacing("0001", with: "0002")
        let harness = PipelineHarness { received in
            guard received.method == .delete else { return .page(1) }
            return status == 200 ? .aws(#"{"Dataset":{}}"#) : .awsError(status, "X")
        }
        for path in others + [stranger] { _ = await harness.get(path) }
        #expect(await harness.send(.make(.delete, PipelineHarness.dataset)).status == status)
        for path in others {
            #expect(await harness.get(path)["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        }
        #expect(await harness.get(stranger)["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(harness.upstream.requests.count { $0.method == .delete } == 1)
    }

    @Test func aReadThatLeftBeforeADeleteEndedIsNotCached() async {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.number == 0 { await gate.reached() }
            return received.method == .delete ? .aws("{}") : received.number == 0 ? .page(1) : .absentPage
        }
        let read = harness.pipeline.respond(to: .get(), from: caller)
        await harness.upstream.arrived.reached(1)
        #expect(await harness.send(.make(.delete, PipelineHarness.dataset)).status == 200)
        gate.fire()
        #expect(await harness.response(of: read).syncCount == 1)
        #expect(await harness.get().content.contains(#""DatasetExists":false"#))
    }

    @Test func aResponseThatIsNotCachedStillTeachesANewerCount() async {
        let harness = PipelineHarness { received in
            received.path.contains("syncSessionToken") ? .page(5) : .page(received.number == 0 ? 1 : 5)
        }
        _ = await harness.get()
        _ = await harness.get(PipelineHarness.records + "?syncSessionToken=t")
        #expect(await harness.get().syncCount == 5)
    }

    /// A count that upstream does not know may be one that this cache handed out; one above says nothing.
    @Test(arguments: [("?lastSyncCount=7", true), ("?lastSyncCount=1&syncSessionToken=t", false)])
    func aKnownCountThatUpstreamDoesNotKnowInvalidates(query: String, isKept: Bool) async {
        let harness = PipelineHarness { received in
            guard received.path.contains("lastSyncCount") else { return .page(1) }
            return .awsError(400, "InvalidParameterException", "No such SyncCount: 1 exists for this Dataset")
        }
        _ = await harness.get()
        #expect(await harness.get(PipelineHarness.records + query).status == 400)
        let expected = isKept ? "syncgate; hit; ttl=5" : "syncgate; fwd=uri-miss; stored"
        #expect(await harness.get()["Cache-Status"] == expected)
    }

    @Test func aDeletedDatasetIsLearnedFromDescribeDataset() async {
        let harness = PipelineHarness { received in
            received.path.contains("/records") ? .page(1) : .awsError(404, "ResourceNotFoundException")
        }
        _ = await harness.get()
        #expect(await harness.get(PipelineHarness.dataset).status == 404)
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }
}

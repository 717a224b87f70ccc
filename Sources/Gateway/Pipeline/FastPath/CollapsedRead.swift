import CognitoSync
import Messages
import Policy
import Serving
import Synchronization

/// A read that waits on its connection for a call that another request has led.
///
/// What the long way does for one that joins, without its decoding and its task: the same bucket, the same place among
/// the requests in flight, the same page, fields, metrics and access line. It only ever answers with a page of the
/// state that the call brought; whatever else came of the call is told on the long way, which does not ask again.
final class CollapsedRead: ParkedRequest {
    let fetch: RecordsCache.Fetch
    let slot: Admission.InFlightSlot
    let start: Instant
    private let key: PageKey
    private let request: FastPathRequest
    private let caller: Caller
    private let pipeline: Pipeline
    private let fastPath: FastPathPages
    private let waiter = Atomic<RecordsCache.Fetch.WaiterID>(0)

    init(
        _ request: FastPathRequest,
        from caller: Caller,
        to context: (key: PageKey, fetch: RecordsCache.Fetch),
        holding slot: Admission.InFlightSlot,
        start: Instant,
        pipeline: Pipeline,
        fastPath: FastPathPages
    ) {
        self.request = request
        self.caller = caller
        (key, fetch) = context
        self.slot = slot
        self.start = start
        self.pipeline = pipeline
        self.fastPath = fastPath
    }

    func whenReady(_ wake: @escaping @Sendable () -> Void) {
        waiter.store(fetch.wait { if $0 != nil { wake() } }, ordering: .relaxed)
    }

    func answer(into answer: inout ResponseBuffer) -> Bool {
        guard let completion = fetch.value, let page = pipeline.page(for: key, from: completion),
            let prepared = page.prepared
        else { return false }
        var record = makeRecord()
        answer.begin()
        answer.append(FastPathText.requestID)
        answer.append(record.requestID)
        answer.append(FastPathText.collapsed)
        answer.finish(prepared)
        record.setPage(page)
        report(record)
        return true
    }

    func respond(to request: Request) -> PendingResponse {
        pipeline.respond(to: request, from: caller, after: self)
    }

    func abandon() {
        fetch.cancel(waiter.load(ordering: .relaxed))
        var record = makeRecord()
        record.status = Pipeline.hungUpStatus
        report(record)
    }

    private func report(_ record: RequestRecord) {
        var record = record
        record.end = pipeline.clock.monotonic()
        pipeline.telemetry.record(record)
        slot.release()
    }

    private func makeRecord() -> RequestRecord {
        let (id, wall) = (fastPath.requestID(of: request), pipeline.clock.wall())
        var record = RequestRecord(request, id: id, from: caller, start: start, wall: wall)
        record.setRead(of: key.dataset.owner, as: .joined)
        return record
    }
}

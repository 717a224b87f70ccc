import CognitoSync
import Messages
import Policy
import Serving
import Synchronization
import Telemetry

/// A read that waits on its connection for a fetch that another request leads.
///
/// It does the same as the regular path for a collapsed read, without decoding and without a task: the same
/// bucket, in-flight slot, page, fields, metrics and access line. It only responds with a page of the fetched
/// state. Any other completion goes to the regular path, which does not fetch again.
final class CollapsedRead: ParkedRequest {
    let fetch: RecordsCache.Fetch
    let slot: InFlightSlot
    let start: Instant
    private let key: PageKey
    private let request: FastPathRequest
    private let caller: Caller
    private let known: KnownCaller?
    private let pipeline: Pipeline
    private let fastPath: FastPathPages
    private let waiter = Atomic<RecordsCache.Fetch.WaiterID>(0)

    init(
        _ request: FastPathRequest,
        from caller: Caller,
        known: KnownCaller?,
        joining entry: (key: PageKey, fetch: RecordsCache.Fetch),
        holding slot: InFlightSlot,
        start: Instant,
        pipeline: Pipeline,
        fastPath: FastPathPages
    ) {
        self.request = request
        self.caller = caller
        self.known = known
        (key, fetch) = entry
        self.slot = slot
        self.start = start
        self.pipeline = pipeline
        self.fastPath = fastPath
    }

    func whenReady(_ wake: @escaping @Sendable () -> Void) {
        waiter.store(fetch.wait { if $0 != nil { wake() } }, ordering: .relaxed)
    }

    func respond(into response: inout ResponseBuffer) -> Bool {
        guard let completion = fetch.value, let page = pipeline.page(for: key, from: completion),
            let prepared = page.prepared, response.accepts(prepared)
        else { return false }
        var record = makeRecord()
        response.begin()
        response.append(FastPathText.requestID)
        response.append(record.requestID)
        if page.hasNoRequestID {
            response.append(FastPathText.amznRequestID)
            response.append(record.requestID)
        }
        response.append(FastPathText.collapsed)
        response.finish(prepared)
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
        pipeline.reporter.record(record)
        known?.account?.count(.served)
        slot.release()
    }

    private func makeRecord() -> RequestRecord {
        let (id, wall) = (fastPath.requestID(of: request), pipeline.clock.wall())
        var record = RequestRecord(request, id: id, from: caller, start: start, wall: wall)
        if let known { record.caller = known.name }
        record.setRead(of: key.dataset.owner, as: .joined)
        return record
    }
}

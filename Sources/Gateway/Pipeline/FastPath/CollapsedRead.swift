import CognitoSync
import Messages
import Policy
import Serving
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
    private let caller: Caller
    private let known: KnownCaller?
    private let pipeline: Pipeline
    /// The record of the request as far as it is known before the fetch ends; made while there is time.
    private let begun: RequestRecord

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
        self.caller = caller
        self.known = known
        (key, fetch) = entry
        self.slot = slot
        self.start = start
        self.pipeline = pipeline
        let (id, wall) = (fastPath.requestID(of: request), pipeline.clock.wall())
        var record = RequestRecord(request, id: id, from: caller, start: start, wall: wall)
        if let known { record.caller = known.name }
        record.setRead(of: key.dataset.owner, as: .joined)
        begun = record
    }

    var awaited: any Sendable & AnyObject { fetch }

    /// Waits for the end of the fetch on behalf of all requests of an event loop.
    ///
    /// So the wait is never cancelled; it ends with the fetch, which has a deadline of its own.
    func whenReady(_ wake: @escaping @Sendable () -> Void) {
        _ = fetch.wait { _ in wake() }
    }

    func respond(into response: inout ResponseBuffer) -> Bool {
        guard let completion = fetch.value, let page = pipeline.page(for: key, from: completion),
            let prepared = page.prepared, response.accepts(prepared)
        else { return false }
        var record = begun
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
        var record = begun
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
}

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
final class JoinedRead: ParkedRequest {
    let fetch: CachedReads.Fetch
    let place: Admission.Place
    let start: Instant
    private let key: PageKey
    private let request: HotRequest
    private let peer: Peer
    private let pipeline: Pipeline
    private let hot: HotReads
    private let ticket = Atomic<CachedReads.Fetch.Ticket>(0)

    init(
        _ request: HotRequest,
        from peer: Peer,
        to call: (key: PageKey, fetch: CachedReads.Fetch),
        holding place: Admission.Place,
        start: Instant,
        pipeline: Pipeline,
        hot: HotReads
    ) {
        self.request = request
        self.peer = peer
        (key, fetch) = call
        self.place = place
        self.start = start
        self.pipeline = pipeline
        self.hot = hot
    }

    func whenReady(_ wake: @escaping @Sendable () -> Void) {
        ticket.store(fetch.wait { if $0 != nil { wake() } }, ordering: .relaxed)
    }

    func answer(into answer: inout AnswerBuffer) -> Bool {
        guard let landed = fetch.landed, let page = pipeline.page(for: key, from: landed),
            let prepared = page.prepared
        else { return false }
        var exchange = exchange()
        answer.begin()
        answer.append(HotText.requestID)
        answer.append(exchange.requestID)
        answer.append(HotText.collapsed)
        answer.finish(prepared)
        exchange.note(page)
        tell(exchange)
        return true
    }

    func respond(to request: Request) -> Answer { pipeline.respond(to: request, from: peer, after: self) }

    func abandon() {
        fetch.leave(ticket.load(ordering: .relaxed))
        var exchange = exchange()
        exchange.status = Pipeline.hungUpStatus
        tell(exchange)
    }

    private func tell(_ exchange: Exchange) {
        var exchange = exchange
        exchange.end = pipeline.clock.monotonic()
        pipeline.telemetry.record(exchange)
        place.leave()
    }

    private func exchange() -> Exchange {
        let (id, wall) = (hot.requestID(of: request), pipeline.clock.wall())
        var exchange = Exchange(request, id: id, from: peer, start: start, wall: wall)
        exchange.note(readOf: key.dataset.owner, as: .joined)
        return exchange
    }
}

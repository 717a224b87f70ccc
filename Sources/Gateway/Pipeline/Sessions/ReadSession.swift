import CognitoSync
import Policy
import Serving
import Telemetry

/// A ListRecords read, from the look-up to the response.
///
/// ``begin()`` runs on the event loop. It responds from the cache, or joins or leads a fetch; then a task goes on with
/// ``response(after:)``.
struct ReadSession: Sendable {
    let pipeline: Pipeline
    let key: PageKey
    let operation: Operation
    var context: RequestContext
    /// The session token of AWS on the pages before, where pages carry those.
    var carriedToken: String?
    /// The turn of a read that asks for a confirmed response, once it had to wait for one.
    private var turn: ConfirmationTurn?
    /// Whether the fetch that it waits for is not its own: it then asks again.
    private var isQueued = false

    /// The result of asking the table: a response, or a fetch to wait for.
    private enum Step {
        case ready(OutgoingResponse)
        /// The slot is nil for a fetch that holds one itself.
        case waiting(RecordsCache.Fetch, InFlightSlot?)
        /// Forwarded past the cache.
        case passing(InFlightSlot)
    }

    init(_ key: PageKey, as operation: Operation, in pipeline: Pipeline, context: RequestContext) {
        self.key = key
        self.operation = operation
        self.pipeline = pipeline
        self.context = context
    }

    consuming func begin() -> PendingResponse {
        let next: Step
        if let collapsed = context.collapsed {
            context.recordJoin()
            next = .waiting(collapsed.fetch, collapsed.slot)
        } else {
            do throws(GatewayError) {
                next = try step()
            } catch {
                return .now(pipeline.finish(error, of: context))
            }
        }
        switch next {
        case .ready(let response):
            return .now(response)
        case .waiting(let fetch, let slot):
            return .later { [self] in
                defer { slot?.release() }
                var session = self
                return await session.response(after: fetch)
            }
        case .passing(let slot):
            return .later { [self] in
                defer { slot.release() }
                return await pipeline.bypass(operation, rule: .cached(key), context: context)
            }
        }
    }

    /// Looks the page up and acts on the decision of the table.
    private mutating func step() throws(GatewayError) -> Step {
        let now = pipeline.clock.monotonic()
        if context.wantsCachedOnly, !pipeline.recordsCache.explain(key, now: now).isCached {
            throw .notCached
        }
        isQueued = false
        let lookup = pipeline.recordsCache.lookUp(
            key,
            revalidate: context.wantsRevalidation,
            turn: turn,
            generation: context.generation,
            now: now
        )
        switch lookup {
        case .hit(let hit):
            if turn == nil { context.recordHit(hit) } else { context.recordJoin() }
            remember(hit.page, under: hit.lease)
            return .ready(pipeline.finish(hit.page, of: context))
        case .derive(let state):
            if turn == nil { context.recordDerived(from: state) } else { context.recordJoin() }
            return .ready(try derive(from: state))
        case .stale(let state, let leading):
            context.recordStale(state, because: .staleWhileRevalidate)
            if let (token, fetch) = leading { revalidateInBackground(token, fetch) }
            return .ready(try derive(from: state))
        case .pass:
            return .passing(try pipeline.admitBypass(operation, context: &context))
        case .refuse(let unknown):
            return .ready(refuse(unknown))
        case .gone:
            throw .paginationExpired
        case .wait(let fetch, let lease):
            context.recordJoin()
            remember(fetch, under: lease)
            return .waiting(fetch, try pipeline.acquire(for: .wait, by: context.known))
        case .queue(let signal, let turn):
            context.recordJoin()
            self.turn = turn
            isQueued = true
            return .waiting(signal, try pipeline.acquire(for: .wait, by: context.known))
        case .lead(let token, let fetch):
            context.recordLead(token.plan)
            let session = FetchSession(token, fetch, in: pipeline)
            if let refusal = session.start(for: operation, charging: &context) {
                return .ready(
                    replacement(for: refusal.completion) ?? pipeline.finish(refusal.error, of: context)
                )
            }
            remember(fetch, under: token.lease)
            return .waiting(fetch, nil)
        }
    }

    /// Starts a fetch that no request waits for, if the buckets have room for one.
    private func revalidateInBackground(_ token: FetchToken, _ fetch: RecordsCache.Fetch) {
        var context = context
        let operation = Operation.listRecords(ListRecords(scope: token.dataset))
        _ = FetchSession(token, fetch, in: pipeline).start(for: operation, charging: &context)
    }

    /// Waits for a fetch and responds from its completion.
    ///
    /// A snapshot that turns out to be of another incarnation, or of an earlier configuration, is fetched again, once.
    /// After that the read bypasses the cache. A read that waited for its turn asks again, unless upstream fails: it
    /// then gets that failure.
    private mutating func response(after fetch: RecordsCache.Fetch) async -> OutgoingResponse {
        var fetch = fetch
        var mayAskAgain = true
        while true {
            guard let completion = await fetch.value() else { return pipeline.hungUp(context) }
            if context.record.cache == .lead { context.recordForward(completion.forwarded) }
            do throws(GatewayError) {
                let hasTurn = isQueued && !completion.forwarded.mayBeReplaced
                if hasTurn || !isQueued && completion.result.mustAskAgain && mayAskAgain {
                    if !hasTurn { mayAskAgain = false }
                    context.renew(under: pipeline.currentRuntime)
                    switch try step() {
                    case .ready(let response): return response
                    // The slot of the first round holds for this one.
                    case .waiting(let next, _): fetch = next
                    case .passing(let slot):
                        defer { slot.release() }
                        return await pipeline.bypass(operation, rule: .cached(key), context: context)
                    }
                    continue
                }
                if let response = try response(from: completion) { return response }
                if let unknown = pipeline.recordsCache.refuse(key, now: pipeline.clock.monotonic()) {
                    return refuse(unknown)
                }
                context.recordBypass(.bypass)
                let now = pipeline.clock.monotonic()
                try pipeline.admission.admitUpstream(operation, context: &context, now: now)
            } catch {
                return pipeline.finish(error, of: context)
            }
            break
        }
        if key.cursor != nil { return pipeline.finish(.paginationExpired, of: context) }
        return await pipeline.bypass(operation, rule: .cached(key), context: context)
    }
}

import CognitoSync
import HTTPTypes
package import Messages
import Policy
package import Serving

/// The life of a request, from whole HTTP request to whole answer, in the order in which it is lived.
///
/// What can be answered at once (errors, throttled requests, hits) is answered on the connection's event loop;
/// what needs the origin becomes a task. Decisions are made by the parts that are asked here, in `Policy` above
/// all; what happened is gathered in the `Exchange` and told once, by `finish`.
package struct Pipeline: Responder {
    let live: LiveSettings
    let reads: CachedReads
    let admission: Admission
    let telemetry: Telemetry
    let clock: GatewayClock
    /// What one event loop remembers; nil where none has been asked for.
    var hot: HotReads?

    package func respond(to request: Request, from peer: Peer) -> Answer {
        var call = Call(request, from: peer, at: clock)
        // The generation before the settings: they are of it, or of a later one.
        call.generation = live.generation
        let settings = live.current
        let operation: Operation
        do throws(GatewayError) {
            operation = try decode(request, settings: settings, call: &call)
            try settings.authorise(operation)
        } catch {
            // What is refused is told why even when its caller's bucket is empty, but it is not free.
            admission.chargeCaller(peer, now: clock.monotonic())
            return .now(finish(error, of: call))
        }
        do throws(GatewayError) {
            try admission.admitCaller(peer, call: &call, now: clock.monotonic())
            return try answer(operation, settings: settings, call: &call)
        } catch {
            return .now(finish(error, of: call))
        }
    }

    /// What never became a request is logged like one; the server counts its reasons.
    package func refuse(_ refusal: Refusal, from peer: Peer) -> Response {
        let call = Call(refusedFrom: peer, at: clock)
        return finish(.invalid(APIError(refusal)), of: call).response
    }

    private func decode(
        _ request: Request,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Operation {
        do throws(APIError) {
            var request = request
            try CallerSignature.settle(&request, by: settings.configuration.callers.signatures)
            let decoded = try RequestDecoder.decode(request)
            call.note(decoded)
            return decoded.operation
        } catch {
            call.form = RequestDecoder.form(of: request)
            throw .invalid(error)
        }
    }

    private func answer(
        _ operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer {
        let rule = CacheRule(for: operation)
        guard case .cached(let key) = rule else {
            return try forward(operation, rule: rule, settings: settings, call: &call)
        }
        return try read(key, operation: operation, settings: settings, call: &call)
    }

    /// A page that may be shared: from the table, from a fetch in the air, or by a fetch of its own.
    private func read(
        _ key: PageKey,
        operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer {
        let now = clock.monotonic()
        switch reads.lookUp(key, confirm: call.wantsConfirmation, now: now) {
        case .hit(let page):
            call.note(hit: page)
            if let hot, let target = call.plainTarget {
                hot.remember(reads.hotRead(key, at: page.place, target: target), generation: call.generation)
            }
            return .now(finish(page.page.response, of: call))
        case .wait(let fetch):
            call.noteJoined()
            let place = try enter(for: .wait)
            return .later { [call] in
                defer { place.leave() }
                return await land(fetch, call: call)
            }
        case .lead(let ticket, let fetch, let stale):
            call.noteLead(replacing: stale)
            let place: Admission.Place
            do throws(GatewayError) {
                place = try enter(for: .forward)
                try admission.admitUpstream(operation, call: &call, now: now)
            } catch {
                let landing = reads.complete(ticket, with: Forwarded(result: .failure(error)), now: now)
                fetch.land(landing)
                return .now(finish(landing, of: call))
            }
            launch(operation, ticket: ticket, fetch: fetch, settings: settings, holding: place)
            return .later { [call] in await land(fetch, call: call) }
        }
    }

    /// Runs a shared fetch.
    ///
    /// The task is nobody's request: those who wait may leave, it goes on, and keeps the place among the requests
    /// in flight of the one that started it. It ends with the forwarder's deadline at the latest.
    private func launch(
        _ operation: Operation,
        ticket: Ticket,
        fetch: CachedReads.Fetch,
        settings: Settings,
        holding place: Admission.Place
    ) {
        Task {
            defer { place.leave() }
            let forwarded = await settings.forwarder.forward(operation)
            fetch.land(reads.complete(ticket, with: forwarded, now: clock.monotonic()))
        }
    }

    private func land(_ fetch: CachedReads.Fetch, call: Call) async -> Reply {
        var call = call
        guard let landing = await fetch.value() else { return hungUp(call) }
        if call.exchange.cache == .lead { call.note(landing.forwarded) }
        return finish(landing, of: call)
    }

    private func enter(for errand: InFlightLimit.Errand) throws(GatewayError) -> Admission.Place {
        do throws(GatewayError) {
            return try admission.enter(for: errand)
        } catch {
            telemetry.metrics.count(.refused(.inFlight))
            throw error
        }
    }

    /// An operation whose answer is nobody else's: a write, or a read that the table does not keep.
    private func forward(
        _ operation: Operation,
        rule: CacheRule,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer {
        call.exchange.cache = .pass
        call.cacheStatus = .forwarded(operation.isRead ? .bypass : .method)
        let place = try enter(for: .forward)
        try admission.admitUpstream(operation, call: &call, now: clock.monotonic())
        return .later { [call] in
            defer { place.leave() }
            var call = call
            // A write goes on when its caller hangs up, so that the table learns what came of it; the
            // forwarder's deadline ends the task.
            let errand = Task {
                let passage = reads.started(rule)
                let forwarded = await settings.forwarder.forward(operation)
                reads.ended(passage, of: operation, with: forwarded)
                return forwarded
            }
            let forwarded = await withTaskCancellationHandler {
                await errand.value
            } onCancel: {
                if operation.isRead { errand.cancel() }
            }
            if Task.isCancelled { return hungUp(call) }
            call.note(forwarded)
            return finish(forwarded.result, of: call)
        }
    }
}

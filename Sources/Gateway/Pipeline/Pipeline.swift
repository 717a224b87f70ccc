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
    let otherReads: OtherReads
    let admission: Admission
    let telemetry: Telemetry
    let clock: GatewayClock
    /// What one event loop remembers; nil where none has been asked for.
    var hot: HotReads?
    /// Where the tasks run that requests of the event loop start; nil for anywhere.
    var executor: (any TaskExecutor)?

    package func respond(to request: Request, from peer: Peer) -> Answer {
        respond(to: request, from: peer, after: nil)
    }

    /// `joined` is what the request has waited for, and been admitted for, before it was decoded.
    func respond(to request: Request, from peer: Peer, after joined: JoinedRead?) -> Answer {
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
            if let joined {
                call.resume(joined)
            } else {
                try admission.admitCaller(peer, call: &call, now: clock.monotonic())
            }
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
        if let known = try answerFromReads(operation, settings: settings, call: &call) { return known }
        let rule = CacheRule(for: operation)
        switch rule {
        case .cached(let key):
            return try read(key, as: operation, settings: settings, call: &call)
        case .continued(var request):
            // A walk of the gateway's needs no session of the service's; a session token of its own has to be good.
            if request.paging.nextToken.map(TokenSealer.isOwn) ?? false {
                _ = try settings.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
                request.syncSessionToken = nil
            }
            guard let key = try walk(request, settings: settings) else { break }
            return try read(key, as: operation, settings: settings, call: &call)
        case .observed, .passed, .changesDataset, .changesIdentity:
            break
        }
        return try forward(operation, rule: rule, settings: settings, call: &call)
    }

    func enter(for errand: InFlightLimit.Errand) throws(GatewayError) -> Admission.Place {
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
        let exchangesToken = try settings.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
        call.exchange.cache = .pass
        call.cacheStatus = .forwarded(operation.isRead ? .bypass : .method)
        let place = try enter(for: .forward)
        try admission.admitUpstream(operation, call: &call, now: clock.monotonic())
        return .later { [call] in
            defer { place.leave() }
            return await pass(
                operation,
                rule: rule,
                settings: settings,
                exchangesToken: exchangesToken,
                call: call
            )
        }
    }

    /// Forwards, and lets the table learn what came of it.
    func pass(
        _ operation: Operation,
        rule: CacheRule,
        settings: Settings,
        exchangesToken: Bool = false,
        call: consuming Call
    ) async -> Reply {
        let answer: Forwarded
        if operation.isRead {
            answer = await errand(operation, rule: rule, settings: settings, exchangesToken: exchangesToken)
        } else {
            // A write goes on when its caller hangs up, so that the table learns what came of it; the errand's
            // deadline ends the task.
            let task = Task {
                await errand(operation, rule: rule, settings: settings, exchangesToken: exchangesToken)
            }
            answer = await task.value
        }
        if Task.isCancelled { return hungUp(call) }
        call.note(answer)
        return finish((consume answer).result, of: call)
    }

    private func errand(
        _ operation: Operation,
        rule: CacheRule,
        settings: Settings,
        exchangesToken: Bool
    ) async -> Forwarded {
        let passage = reads.started(rule, now: clock.monotonic())
        var errand = CallerErrand(
            forwarder: settings.forwarder,
            reads: reads,
            metrics: telemetry.metrics,
            clock: clock,
            exchangesToken: exchangesToken
        )
        let departure = otherReads.started(operation, at: originTime(settings))
        let end = await errand.run(operation)
        otherReads.ended(departure, of: operation, with: end.outcome, at: originTime(settings))
        reads.ended(passage, of: operation, with: end.outcome, now: clock.monotonic())
        if case .changesDataset(let scope) = rule, end.outcome.isConflict {
            confirm(scope, settings: settings)
        }
        return (consume end).answer
    }
}

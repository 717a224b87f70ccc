import CognitoSync
import HTTPTypes
package import Messages
import Policy
package import Serving

/// The life of a request, from whole HTTP request to whole answer, in the order in which it is lived.
///
/// What can be answered at once (errors, throttled requests, hits) is answered on the connection's event loop;
/// what needs the origin becomes a task. Decisions are made by the parts that are asked here, in `Policy` above
/// all; what happened is gathered in the `RequestRecord` and told once, by `finish`.
package struct Pipeline: Responder {
    let currentRuntime: CurrentRuntime
    let reads: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let telemetry: Telemetry
    let clock: GatewayClock
    /// What one event loop remembers; nil where none has been asked for.
    var fastPath: FastPathPages?
    /// Where the tasks run that requests of the event loop start; nil for anywhere.
    var executor: (any TaskExecutor)?

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        respond(to: request, from: caller, after: nil)
    }

    /// `joined` is what the request has waited for, and been admitted for, before it was decoded.
    func respond(to request: Request, from caller: Caller, after joined: CollapsedRead?) -> PendingResponse {
        var context = RequestContext(request, from: caller, at: clock)
        // The generation before the settings: they are of it, or of a later one.
        context.generation = currentRuntime.generation
        let runtime = currentRuntime.value
        let operation: Operation
        do throws(GatewayError) {
            operation = try decode(request, runtime: runtime, context: &context)
            try runtime.authorise(operation)
        } catch {
            // What is refused is told why even when its caller's bucket is empty, but it is not free.
            admission.chargeCaller(caller, now: clock.monotonic())
            return .now(finish(error, of: context))
        }
        do throws(GatewayError) {
            if let joined {
                context.resume(joined)
            } else {
                try admission.admitCaller(caller, context: &context, now: clock.monotonic())
            }
            return try answer(operation, runtime: runtime, context: &context)
        } catch {
            return .now(finish(error, of: context))
        }
    }

    /// What never became a request is logged like one; the server counts its reasons.
    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        let context = RequestContext(refusedFrom: caller, at: clock)
        return finish(.invalid(APIError(refusal)), of: context).response
    }

    private func decode(
        _ request: Request,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> Operation {
        do throws(APIError) {
            var request = request
            try CallerSignature.applySignaturePolicy(&request, by: runtime.configuration.callers.signatures)
            let decoded = try RequestDecoder.decode(request)
            context.recordDecoded(decoded)
            return decoded.operation
        } catch {
            context.form = RequestDecoder.form(of: request)
            throw .invalid(error)
        }
    }

    private func answer(
        _ operation: Operation,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        if let known = try respondFromMetadata(operation, runtime: runtime, context: &context) {
            return known
        }
        let rule = CacheRule(for: operation)
        switch rule {
        case .cached(let key):
            return try read(key, as: operation, runtime: runtime, context: &context)
        case .continued(var request):
            // A walk of the gateway's needs no session of the service's; a session token of its own has to be good.
            if request.paging.nextToken.map(TokenSealer.isOwn) ?? false {
                _ = try runtime.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
                request.syncSessionToken = nil
            }
            guard let key = try pagination(request, runtime: runtime) else { break }
            return try read(key, as: operation, runtime: runtime, context: &context)
        case .observed, .passed, .changesDataset, .changesIdentity:
            break
        }
        return try forward(operation, rule: rule, runtime: runtime, context: &context)
    }

    func acquire(for errand: InFlightLimit.Kind) throws(GatewayError) -> Admission.InFlightSlot {
        do throws(GatewayError) {
            return try admission.acquire(for: errand)
        } catch {
            telemetry.metrics.count(.refused(.inFlight))
            throw error
        }
    }

    /// An operation whose answer is nobody else's: a write, or a read that the table does not keep.
    private func forward(
        _ operation: Operation,
        rule: CacheRule,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        let exchangesToken = try runtime.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
        context.record.cache = .pass
        context.cacheStatus = .forwarded(operation.isRead ? .bypass : .method)
        let slot = try acquire(for: .forward)
        try admission.admitUpstream(operation, context: &context, now: clock.monotonic())
        return .later { [context] in
            defer { slot.release() }
            return await pass(
                operation,
                rule: rule,
                runtime: runtime,
                exchangesToken: exchangesToken,
                context: context
            )
        }
    }

    /// Forwards, and lets the table learn what came of it.
    func pass(
        _ operation: Operation,
        rule: CacheRule,
        runtime: Runtime,
        exchangesToken: Bool = false,
        context: consuming RequestContext
    ) async -> OutgoingResponse {
        let answer: Forwarded
        if operation.isRead {
            answer = await errand(operation, rule: rule, runtime: runtime, exchangesToken: exchangesToken)
        } else {
            // A write goes on when its caller hangs up, so that the table learns what came of it; the errand's
            // deadline ends the task.
            let task = Task {
                await errand(operation, rule: rule, runtime: runtime, exchangesToken: exchangesToken)
            }
            answer = await task.value
        }
        if Task.isCancelled { return hungUp(context) }
        context.recordForward(answer)
        return finish((consume answer).result, of: context)
    }

    private func errand(
        _ operation: Operation,
        rule: CacheRule,
        runtime: Runtime,
        exchangesToken: Bool
    ) async -> Forwarded {
        let pending = reads.started(rule, now: clock.monotonic())
        var errand = CallerOperation(
            forwarder: runtime.forwarder,
            reads: reads,
            metrics: telemetry.metrics,
            clock: clock,
            exchangesToken: exchangesToken
        )
        let pendingWrite = metadataCache.started(operation, at: upstreamTime(runtime))
        let end = await errand.run(operation)
        metadataCache.ended(pendingWrite, of: operation, with: end.outcome, at: upstreamTime(runtime))
        reads.ended(pending, of: operation, with: end.outcome, now: clock.monotonic())
        if case .changesDataset(let scope) = rule, end.outcome.isConflict {
            revalidate(scope, runtime: runtime)
        }
        return (consume end).answer
    }
}

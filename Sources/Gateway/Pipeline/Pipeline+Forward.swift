import CognitoSync
import Policy
import Serving
import Telemetry

/// The regular way of an operation whose response is nobody else's: a write, or a read that no cache keeps.
extension Pipeline {
    func forward(
        _ operation: Operation,
        rule: CacheRule,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        if operation.isRead, context.wantsCachedOnly { throw .notCached }
        let exchangesToken = try context.runtime.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
        let slot = try admitBypass(operation, context: &context)
        return .later { [context] in
            defer { slot.release() }
            return await bypass(operation, rule: rule, exchangesToken: exchangesToken, context: context)
        }
    }

    /// Charges an operation that is forwarded past the caches, and takes a place for it.
    func admitBypass(
        _ operation: Operation,
        context: inout RequestContext
    ) throws(GatewayError) -> InFlightSlot {
        context.recordBypass(operation.isRead ? .bypass : .method)
        let slot = try acquire(for: .forward)
        try admission.admitUpstream(operation, context: &context, now: clock.monotonic())
        return slot
    }

    /// Forwards an operation that has been admitted, and lets the caches learn from its response.
    func bypass(
        _ operation: Operation,
        rule: CacheRule,
        exchangesToken: Bool = false,
        context: consuming RequestContext
    ) async -> OutgoingResponse {
        let runtime = context.runtime
        let forwarded: Forwarded
        if operation.isRead {
            forwarded = await perform(operation, rule: rule, exchangesToken: exchangesToken, runtime: runtime)
        } else {
            // A write goes on when its caller hangs up, so that the caches learn its outcome. The deadline of the
            // operation ends the task.
            let task = Task {
                await perform(operation, rule: rule, exchangesToken: exchangesToken, runtime: runtime)
            }
            forwarded = await task.value
        }
        if Task.isCancelled { return hungUp(context) }
        context.recordForward(forwarded)
        return finish((consume forwarded).result, of: context)
    }

    private func perform(
        _ operation: Operation,
        rule: CacheRule,
        exchangesToken: Bool,
        runtime: Runtime
    ) async -> Forwarded {
        let session = WriteSession(operation, rule: rule, in: self, runtime: runtime)
        var callerOperation = CallerOperation(
            forwarder: runtime.forwarder,
            recordsCache: recordsCache,
            metrics: reporter.metrics,
            clock: clock,
            exchangesToken: exchangesToken,
            generation: runtime.generation
        )
        let end = await callerOperation.run(operation)
        session.end(with: end.outcome, isSettled: end.isSettled)
        return (consume end).response
    }

    /// Charges an upstream request on the gateway's own account, and counts the decisions.
    func admitUpstream(_ operation: Operation, now: Instant) throws(GatewayError) {
        let decision = admission.decide(operation, now: now)
        reporter.metrics.count(.throttleDecided(decision.facts))
        if let refusal = decision.refusal { throw refusal }
    }

    /// Takes a place among the requests in flight, or counts the refusal.
    func acquire(for kind: InFlightLimit.Kind) throws(GatewayError) -> InFlightSlot {
        do throws(GatewayError) {
            return try admission.concurrency.acquire(for: kind)
        } catch {
            reporter.metrics.count(.refused(.inFlight))
            throw error
        }
    }
}

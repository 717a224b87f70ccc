import CognitoSync
import HTTPTypes
import Messages
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
        var start: InquiredWrites.Start?
        switch repeatedWrites.find(operation, invocation: context.invocation, now: clock.monotonic()) {
        case .applied(let body): return .now(repeated(body, of: context))
        case .unknown(let known): start = known
        case nil: break
        }
        let exchangesToken = try context.runtime.carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
        let slot = try admitBypass(operation, context: &context)
        return .later { [context, start] in
            defer { slot.release() }
            return await bypass(
                operation,
                rule: rule,
                exchangesToken: exchangesToken,
                after: start,
                context: context
            )
        }
    }

    /// Responds to a write that comes again after it was applied.
    private func repeated(_ body: [UInt8], of context: consuming RequestContext) -> OutgoingResponse {
        reporter.metrics.count(.writeOutcome(.repeated))
        context.recordBypass(.method)
        context.writeOutcome = .repeated
        let head = HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"])
        return finish(Response(head: head, body: body), of: context)
    }

    /// Charges an operation that is forwarded past the caches, and takes a place for it.
    func admitBypass(
        _ operation: Operation,
        context: inout RequestContext
    ) throws(GatewayError) -> InFlightSlot {
        context.recordBypass(operation.isRead ? .bypass : .method)
        let slot = try acquire(for: .forward, of: operation.name, by: context.known)
        try admission.admitUpstream(operation, context: &context, now: clock.monotonic())
        return slot
    }

    /// Forwards an operation that has been admitted, and lets the caches learn from its response.
    ///
    /// - Parameter start: The beginning of a write that comes again with an unknown outcome; nil for any other
    ///   operation.
    func bypass(
        _ operation: Operation,
        rule: CacheRule,
        exchangesToken: Bool = false,
        after start: InquiredWrites.Start? = nil,
        context: consuming RequestContext
    ) async -> OutgoingResponse {
        let (runtime, invocation) = (context.runtime, context.invocation)
        let callerOperation = newOperation(exchangesToken: exchangesToken, runtime: runtime)
        let forwarded: Forwarded
        if operation.isRead {
            forwarded = await perform(operation, rule: rule, by: callerOperation, runtime: runtime)
        } else {
            // A write goes on when its caller hangs up, so that the caches learn its outcome. The deadline of the
            // operation ends the task.
            let task = Task.immediate(executorPreference: executor) {
                // The requests of the inquiry count as those of the write that follows it.
                var callerOperation = callerOperation
                let forwarded =
                    if let success = await repeatInquiry(about: operation, after: start, by: &callerOperation)
                    {
                        success
                    } else {
                        await perform(operation, rule: rule, by: callerOperation, runtime: runtime)
                    }
                if let inquired = forwarded.inquired {
                    let now = clock.monotonic()
                    repeatedWrites.record(inquired, of: operation, invocation: invocation, now: now)
                }
                return forwarded
            }
            forwarded = await task.value
        }
        if Task.isCancelled { return hungUp(context) }
        context.recordForward(forwarded)
        return finish((consume forwarded).result, of: context)
    }

    /// Asks once more after a write that comes again with an unknown outcome.
    ///
    /// - Returns: The success of the write; nil for one that has to be forwarded.
    private func repeatInquiry(
        about operation: Operation,
        after start: InquiredWrites.Start?,
        by callerOperation: inout CallerOperation
    ) async -> Forwarded? {
        guard let start, case .updateRecords(let update) = operation,
            let success = await callerOperation.repeatInquiry(about: update, from: start)
        else { return nil }
        reporter.metrics.count(.writeOutcome(.repeated))
        return success
    }

    private func newOperation(exchangesToken: Bool, runtime: Runtime) -> CallerOperation {
        CallerOperation(
            forwarder: runtime.forwarder,
            recordsCache: recordsCache,
            metrics: reporter.metrics,
            clock: clock,
            exchangesToken: exchangesToken,
            generation: runtime.generation
        )
    }

    private func perform(
        _ operation: Operation,
        rule: CacheRule,
        by callerOperation: CallerOperation,
        runtime: Runtime
    ) async -> Forwarded {
        var callerOperation = callerOperation
        let session = WriteSession(operation, rule: rule, in: self, runtime: runtime)
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
    func acquire(
        for kind: InFlightLimit.Kind,
        of operation: OperationName? = nil,
        by known: KnownCaller? = nil
    ) throws(GatewayError) -> InFlightSlot {
        do throws(GatewayError) {
            return try admission.concurrency.acquire(for: kind, by: known?.account)
        } catch {
            guard error == .overloaded else { throw error }
            reporter.metrics.count(.refused(.inFlight))
            let bounds = "see limits.in_flight, upstream.connections and upstream.queue"
            currentRuntime.value.forwarder.failures?.record(
                UpstreamFailure(.queue, of: operation, detail: "too many requests are in flight; \(bounds)"),
                isCounted: true
            )
            throw error
        }
    }
}

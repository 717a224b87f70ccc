import CognitoSync
import GatewayConfiguration
import HTTPTypes
package import Messages
import Policy
package import Serving
import Telemetry

/// The life of a request, from a whole HTTP request to a whole response, in order.
///
/// A response that is ready (an error, a throttled request, a hit) is given on the connection's event loop. One that
/// needs upstream becomes a task. The decisions are made by the parts that are asked here, above all in `Policy`.
/// The facts gather in the ``RequestRecord``; `finish` reports them once.
package struct Pipeline: Responder {
    let currentRuntime: CurrentRuntime
    let recordsCache: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let reporter: RequestReporter
    let clock: GatewayClock
    /// The fast path's memory of one event loop; nil before the server asks for one.
    var fastPath: FastPathPages?
    /// The executor of tasks that requests of the event loop start; nil for the global one.
    var executor: (any TaskExecutor)?

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        respond(to: request, from: caller, after: nil)
    }

    /// Responds to a whole request.
    ///
    /// - Parameter collapsed: The fetch that the request waited for, once admitted, before it was decoded.
    func respond(
        to request: Request,
        from caller: Caller,
        after collapsed: CollapsedRead?
    ) -> PendingResponse {
        var context = RequestContext(request, from: caller, under: currentRuntime, at: clock)
        let operation: Operation
        do throws(GatewayError) {
            operation = try decode(request, context: &context)
            try context.runtime.authorise(operation)
        } catch {
            // The caller hears why even when its bucket is empty, but the refusal is not free.
            admission.chargeCaller(caller, now: clock.monotonic())
            return .now(finish(error, of: context))
        }
        do throws(GatewayError) {
            if let collapsed {
                context.recordCollapsed(collapsed)
            } else {
                try admission.admitCaller(&context, now: clock.monotonic())
            }
            return try route(operation, context: &context)
        } catch {
            return .now(finish(error, of: context))
        }
    }

    /// Responds to bytes that never became a request.
    ///
    /// They are logged like one; the server counts the reasons.
    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        let context = RequestContext(refusedFrom: caller, under: currentRuntime, at: clock)
        return finish(.invalid(APIError(refusal)), of: context).response
    }

    private func decode(_ request: Request, context: inout RequestContext) throws(GatewayError) -> Operation {
        do throws(APIError) {
            var request = request
            let policy = context.runtime.configuration.callers.signatures
            try CallerSignature.applySignaturePolicy(&request, by: policy)
            let decoded = try RequestDecoder.decode(request)
            context.recordDecoded(decoded)
            return decoded.operation
        } catch {
            context.form = RequestDecoder.form(of: request)
            throw .invalid(error)
        }
    }

    /// Hands an admitted operation to the session that knows its kind.
    private func route(
        _ operation: Operation,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        if let known = knownRefusal(of: operation, context: context) { return .now(known) }
        if let session = MetadataSession(operation, in: self, context: context) { return session.begin() }
        let rule = CacheRule(for: operation)
        switch rule {
        case .cached(let key):
            return ReadSession(key, as: operation, in: self, context: context).begin()
        case .continued(let request):
            if let page = try context.runtime.paginationKey(of: request, as: operation, at: clock) {
                var session = ReadSession(page.key, as: operation, in: self, context: context)
                session.carriedToken = page.sessionToken
                return session.begin()
            }
        case .observed, .passed, .changesDataset, .changesIdentity:
            break
        }
        return try forward(operation, rule: rule, context: &context)
    }
}

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
    var siteWarnings = SiteWarnings()
    var handshakes: HandshakeNotices?
    var callerNotices: CallerNotices?
    var hopNotices: HopNotices?
    /// The checks of readiness, for load balancers.
    var checks: @Sendable () -> [HealthCheck] = { [] }
    var repeatedWrites = RepeatedWrites()
    /// The fast path's memory of one event loop; nil before the server asks for one.
    var fastPath: FastPathPages?
    /// The executor of tasks that requests of the event loop start; nil for the global one.
    var executor: (any TaskExecutor)?

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        respond(to: request, from: caller, after: nil)
    }

    /// Responds to a whole request.
    ///
    /// The checks go from the cheapest to the dearest: the site, the caller, its bucket, the request itself. So a
    /// caller beyond its rate costs no decoding.
    ///
    /// - Parameter collapsed: The fetch that the request waited for, once admitted, before it was decoded.
    func respond(
        to request: Request,
        from caller: Caller,
        after collapsed: CollapsedRead?
    ) -> PendingResponse {
        var context = RequestContext(request, from: caller, under: currentRuntime, at: clock)
        do throws(GatewayError) {
            try checkSite(of: request, context: &context)
            if context.page != nil, request.head.method == .options {
                try admit(request, after: nil, context: &context)
                return .now(finish(try Preflight.response(to: request), of: context))
            }
            if let unverified = try recognise(request, context: &context) {
                return try respond(to: request, by: unverified, after: collapsed, context: context)
            }
            return try respond(to: request, after: collapsed, context: &context)
        } catch {
            return .now(finish(error, of: context))
        }
    }

    /// Responds to a request of a caller that is known, or need not be.
    func respond(
        to request: Request,
        after collapsed: CollapsedRead?,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        try admit(request, after: collapsed, context: &context)
        if request.body.count > LongWork.mostOnEventLoop {
            return try decodeElsewhere(request, context: context)
        }
        let operation = try decode(request, context: &context)
        return try route(operation, context: &context)
    }

    /// Verifies the token of a request on a thread that serves no connection, then goes on as usual.
    ///
    /// The bucket of the address and the slot bound the tokens that wait for such a thread.
    private func respond(
        to request: Request,
        by unverified: PendingToken,
        after collapsed: CollapsedRead?,
        context: RequestContext
    ) throws(GatewayError) -> PendingResponse {
        var context = context
        try admission.admitAddress(&context, now: clock.monotonic())
        let slot = try acquire(for: .wait)
        let charged = context
        return .later { [self] in
            var context = charged
            do throws(GatewayError) {
                let refused = await recognised(unverified, context: &context)
                slot.release()
                if let refused { throw refused }
                switch try respond(to: request, after: collapsed, context: &context) {
                case .now(let response): return response
                case .later(let work): return await work()
                }
            } catch {
                return finish(error, of: context)
            }
        }
    }

    /// Checks the site of a request, and charges its caller for a refusal: that is not free either.
    private func checkSite(of request: Request, context: inout RequestContext) throws(GatewayError) {
        do throws(SiteRefusal) {
            context.page = try context.runtime.checkSite(request)
        } catch {
            admission.chargeCaller(context.caller, now: clock.monotonic())
            siteWarnings.record(error)
            throw .invalid(error.apiError)
        }
        let hosts = context.runtime.hosts
        fastPath?.remember(host: request.head.authority, by: hosts, generation: context.generation)
    }

    /// Charges the caller of a request.
    private func admit(
        _ request: Request,
        after collapsed: CollapsedRead?,
        context: inout RequestContext
    ) throws(GatewayError) {
        if let collapsed {
            context.recordCollapsed(collapsed)
            return
        }
        do throws(GatewayError) {
            try admission.admitCaller(&context, now: clock.monotonic())
        } catch {
            context.form = RequestDecoder.form(of: request)
            throw error
        }
    }

    package func handshakeFailed(_ outcome: HandshakeOutcome, from caller: Caller, detail: String) {
        handshakes?.record(outcome, from: caller, detail: detail)
    }

    /// Responds to bytes that never became a request.
    ///
    /// They are logged like one; the server counts the reasons.
    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        let context = RequestContext(refusedFrom: caller, under: currentRuntime, at: clock)
        let bodyLimit = context.runtime.configuration.limits.body
        return finish(.invalid(APIError(refusal, bodyLimit: bodyLimit)), of: context).response
    }

    /// Hands an admitted operation to the session that knows its kind.
    func route(
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

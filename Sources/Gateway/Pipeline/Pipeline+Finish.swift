import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Telemetry

/// The end of every request: the fields of the response, one set of metrics, one access line.
extension Pipeline {
    func finish(
        _ result: consuming Result<Response, GatewayError>,
        of context: consuming RequestContext
    ) -> OutgoingResponse {
        switch consume result {
        case .success(let response): finish(response, of: context)
        case .failure(let error): finish(error, of: context)
        }
    }

    /// Finishes with a response of AWS, from upstream or from a cache.
    func finish(_ response: consuming Response, of context: consuming RequestContext) -> OutgoingResponse {
        context.record.upstreamRequestID =
            response.head.headerFields.first { $0.name == .amznRequestID }?.value
        if response.head.status.code >= 400, response.asksForLess { context.record.reason = .throttled }
        // Passed on as it is wherever possible: its fields then need no copy for those that are added.
        guard context.form == .envelope, let operation = context.record.operation else {
            return complete(response, of: context)
        }
        return complete(context.form.wrap(response, of: operation), of: context)
    }

    /// Finishes with a page of the cache, whose large body is not copied.
    func finish(_ page: CachedPage, of context: consuming RequestContext) -> OutgoingResponse {
        guard context.form == .rest, let body = page.sharedBody else {
            return finish(page.response, of: context)
        }
        context.record.upstreamRequestID = page.upstreamRequestID
        return complete(page.responseBesideSharedBody, sharedBody: body, of: context)
    }

    /// Finishes with an error of the gateway's own.
    func finish(_ error: GatewayError, of context: consuming RequestContext) -> OutgoingResponse {
        context.record.reason = context.record.reason ?? error.failureReason
        if context.cacheStatus != nil, !error.wasForwarded { context.cacheStatus = .refused }
        switch error {
        case .denied: context.callerOutcome = .denied
        case .tooManyInFlight, .throttled(.caller, _): context.callerOutcome = .throttled
        default: break
        }
        var outgoing = complete(error.response(form: context.form), of: context)
        outgoing.rejection = error.rejection
        return outgoing
    }

    /// Finishes a request whose caller hung up.
    ///
    /// The response is not read, but counted.
    func hungUp(_ context: RequestContext) -> OutgoingResponse {
        complete(Response(head: HTTPResponse(status: .init(code: Self.hungUpStatus))), of: context)
    }

    /// The status that nginx logs for a caller that hung up.
    static let hungUpStatus = 499

    private func complete(
        _ response: consuming Response,
        sharedBody: SharedBody? = nil,
        of context: consuming RequestContext
    ) -> OutgoingResponse {
        response.head.headerFields.appendCommonFields()
        response.head.headerFields.append(HTTPField(name: .requestID, value: context.record.requestID))
        if context.record.upstreamRequestID == nil {
            // An SDK shows this id to its user, who then finds it in the access line.
            response.head.headerFields.append(
                HTTPField(name: .amznRequestID, value: context.record.requestID)
            )
        }
        if let page = context.page { Preflight.expose(&response, to: page) }
        if let status = context.cacheStatus {
            response.head.headerFields.append(HTTPField(name: .cacheStatus, value: status.fieldValue))
        }
        if let outcome = context.writeOutcome {
            response.head.headerFields.append(HTTPField(name: .syncgateWrite, value: outcome.fieldValue))
        }
        if let age = context.record.age {
            response.head.headerFields.append(HTTPField(name: .age, value: String(age)))
        }
        let status = response.head.status.code
        context.record.status = status
        // A page may be long, and names no error: it is not searched for one.
        if !(200..<300).contains(status) { context.record.errorName = response.errorName }
        context.record.bytesOut = sharedBody?.count ?? response.body.count
        context.record.end = clock.monotonic()
        reporter.record(context.record)
        context.known?.account?.count(context.callerOutcome)
        var outgoing = OutgoingResponse(response, sharedBody: sharedBody)
        outgoing.isReplaceable = context.record.operation?.isRead ?? true
        return outgoing
    }
}

extension InquiredWriteOutcome {
    /// The value of `x-syncgate-write`.
    fileprivate var fieldValue: String {
        switch self {
        case .applied, .repeated: "applied"
        case .notApplied: "not-applied"
        case .unknown: "unknown"
        }
    }
}

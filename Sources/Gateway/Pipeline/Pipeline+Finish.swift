import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// The end of every request: the answer's fields, one set of metrics, one access line.
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

    /// An answer of AWS's, from the wire or from the table.
    func finish(_ response: consuming Response, of context: consuming RequestContext) -> OutgoingResponse {
        context.record.upstreamRequestID =
            response.head.headerFields.first { $0.name == .amznRequestID }?.value
        // Handed on as it is wherever it can be: its fields then need not be copied for those that are added.
        guard context.form == .envelope, let operation = context.record.operation else {
            return complete(response, of: context)
        }
        return complete(context.form.wrap(response, of: operation), of: context)
    }

    /// An error of the gateway's own.
    func finish(_ error: GatewayError, of context: consuming RequestContext) -> OutgoingResponse {
        if context.cacheStatus != nil, !error.wasForwarded { context.cacheStatus = .refused }
        return complete(error.response(form: context.form), of: context)
    }

    /// The client is gone: nobody reads the answer, but it is counted.
    func hungUp(_ context: RequestContext) -> OutgoingResponse {
        complete(Response(head: HTTPResponse(status: .init(code: Self.hungUpStatus))), of: context)
    }

    /// nginx's code for it.
    static let hungUpStatus = 499

    private func complete(
        _ response: consuming Response,
        of context: consuming RequestContext
    ) -> OutgoingResponse {
        response.head.headerFields.appendCommonFields()
        response.head.headerFields.append(HTTPField(name: .requestID, value: context.record.requestID))
        if let status = context.cacheStatus {
            response.head.headerFields.append(HTTPField(name: .cacheStatus, value: status.fieldValue))
        }
        if let age = context.record.age {
            response.head.headerFields.append(HTTPField(name: .age, value: String(age)))
        }
        let status = response.head.status.code
        context.record.status = status
        // A page may be long, and names no error: it is not searched for one.
        if !(200..<300).contains(status) { context.record.errorName = response.errorName }
        context.record.bytesOut = response.body.count
        context.record.end = clock.monotonic()
        telemetry.record(context.record)
        return OutgoingResponse(response)
    }
}

extension GatewayError {
    /// What the caller is told, and when it may come again.
    func response(form: RequestForm) -> Response {
        var response = apiError.response(form: form)
        if let wait = retryAfterNanoseconds {
            response.head.headerFields.setRetryAfter(nanoseconds: wait)
        }
        if case .throttled(let policy, let decision) = self {
            response.head.headerFields.setRateLimit(policy, decision)
        }
        return response
    }
}

extension HTTPFields {
    /// Both spellings: whole seconds, rounded up (RFC 9110, section 10.2.3), and AWS's milliseconds.
    fileprivate mutating func setRetryAfter(nanoseconds: Int64) {
        self[.retryAfter] = String((Swift.max(1, nanoseconds) - 1) / 1_000_000_000 + 1)
        self[.amzRetryAfter] = String((Swift.max(1, nanoseconds) - 1) / 1_000_000 + 1)
    }

    /// The two fields of the IETF draft "RateLimit header fields for HTTP".
    fileprivate mutating func setRateLimit(_ policy: ThrottlePolicy, _ decision: ThrottleDecision) {
        let name = "\"\(policy.rawValue)\""
        self[.rateLimitPolicy] = "\(name);q=\(decision.quota);w=\(decision.windowSeconds)"
        self[.rateLimit] = "\(name);r=\(decision.remaining);t=\(decision.retryAfterSeconds)"
    }
}

extension Response {
    var isSuccess: Bool { (200..<300).contains(head.status.code) }
}

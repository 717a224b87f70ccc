import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// The end of every request: the answer's fields, one set of metrics, one access line.
extension Pipeline {
    func finish(_ result: Result<Response, GatewayError>, of call: Call) -> Reply {
        switch result {
        case .success(let response): finish(response, of: call)
        case .failure(let error): finish(error, of: call)
        }
    }

    /// An answer of AWS's, from the wire or from the table.
    func finish(_ response: Response, of call: Call) -> Reply {
        var call = call
        call.exchange.upstreamRequestID =
            response.head.headerFields.first { $0.name == .amznRequestID }?.value
        guard let operation = call.exchange.operation else { return complete(response, of: call) }
        return complete(call.form.wrap(response, of: operation), of: call)
    }

    /// An error of the gateway's own.
    func finish(_ error: GatewayError, of call: Call) -> Reply {
        var call = call
        if call.cacheStatus != nil, !error.wasForwarded { call.cacheStatus = .refused }
        return complete(error.response(form: call.form), of: call)
    }

    /// The client is gone: nobody reads the answer, but it is counted.
    ///
    /// 499 is nginx's code for it.
    func hungUp(_ call: Call) -> Reply {
        complete(Response(head: HTTPResponse(status: .init(code: 499))), of: call)
    }

    private func complete(_ response: Response, of call: Call) -> Reply {
        var response = response
        var exchange = call.exchange
        response.head.headerFields.setCommonFields()
        response.head.headerFields[.requestID] = exchange.requestID
        if let status = call.cacheStatus { response.head.headerFields[.cacheStatus] = status.fieldValue }
        if let age = exchange.age { response.head.headerFields[.age] = String(age) }
        exchange.status = response.head.status.code
        // A page may be long, and names no error: it is not searched for one.
        if !response.isSuccess { exchange.errorName = response.errorName }
        exchange.bytesOut = response.body.count
        exchange.end = clock.monotonic()
        telemetry.record(exchange)
        return Reply(response)
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

package import CognitoSync
import HTTPTypes
import Messages
import Policy
import Telemetry
import Upstream

extension GatewayError {
    /// The error as the caller sees it, in the shape of AWS.
    ///
    /// Details of upstream stay inside.
    package var apiError: APIError {
        switch self {
        case .invalid(let error):
            error
        case .throttled(let policy, _):
            .tooManyRequests(policy.refusal)
        case .overloaded:
            .serviceUnavailable("too many requests are in flight")
        case .unknownCaller:
            .unrecognizedClient(
                "the caller is not known; present a certificate, a token or a key that this gateway knows"
            )
        case .denied:
            .accessDenied("this caller may not do this")
        case .tooManyInFlight:
            .tooManyRequests("this caller has more requests in flight than it may")
        case .noCredentials:
            .serviceUnavailable("the gateway has no AWS credentials")
        case .circuitOpen:
            .serviceUnavailable("upstream failed repeatedly and is given time to recover")
        case .paced:
            .tooManyRequests("AWS asks for fewer requests, and this one would wait for too long")
        case .upstream(let error):
            Self.apiError(for: error)
        case .paginationExpired:
            .invalidParameter("NextToken has expired: the dataset has changed, list it from the beginning")
        case .refusedByUpstream:
            .upstreamFailure("upstream refused the gateway's own credentials or signature")
        case .notApplied(let syncCount):
            .upstreamTimeout(
                "upstream did not confirm the write, which has not been applied: "
                    + "the dataset still stands at sync count \(syncCount)"
            )
        case .outcomeUnknown:
            .upstreamTimeout("upstream did not confirm the write; the outcome is unknown")
        case .malformedResponse:
            .upstreamFailure("the response of upstream was not well-formed")
        }
    }

    private static func apiError(for error: UpstreamError) -> APIError {
        // Only a write needs it, but the sentence is true of every request.
        let outcome =
            switch error.phase {
            case .notSent: "nothing was sent"
            case .sent, .partlyReceived: "the outcome is unknown"
            }
        return switch error.kind {
        case .timedOut: .upstreamTimeout("upstream did not respond in time; \(outcome)")
        case .unreachable: .upstreamFailure("upstream could not be reached; \(outcome)")
        case .cut: .upstreamFailure("upstream closed the connection; \(outcome)")
        case .malformed, .tooLarge:
            .upstreamFailure("the response of upstream was not well-formed; \(outcome)")
        case .cancelled, .unavailable: .serviceUnavailable("the gateway cannot forward now; \(outcome)")
        }
    }

    /// The nanoseconds after which the caller may try again; nil where nothing useful can be said.
    package var retryAfterNanoseconds: Int64? {
        switch self {
        case .throttled(_, let decision): decision.retryAfterNanoseconds
        case .circuitOpen(let wait), .paced(let wait, _): wait
        case .tooManyInFlight: 1_000_000_000
        case .overloaded, .noCredentials, .paginationExpired, .refusedByUpstream, .upstream,
            .malformedResponse, .invalid, .notApplied, .outcomeUnknown, .unknownCaller, .denied:
            apiError.status == 503 ? 1_000_000_000 : nil
        }
    }

    /// Returns the response, with the fields that say when the caller may try again.
    func response(form: RequestForm) -> Response {
        var response = apiError.response(form: form)
        if let wait = retryAfterNanoseconds {
            response.head.headerFields.setRetryAfter(nanoseconds: wait)
        }
        if case .unknownCaller = self {
            response.head.headerFields[.wwwAuthenticate] = "Bearer error=\"invalid_token\""
        }
        if case .throttled(let policy, let decision) = self {
            response.head.headerFields.setRateLimit(policy, decision)
        }
        if case .paced(let wait, let rate) = self {
            response.head.headerFields.setRateLimit(ofAWS: rate, retryAfterNanoseconds: wait)
        }
        return response
    }
}

extension HTTPFields {
    /// Sets both spellings: whole seconds, rounded up (RFC 9110, section 10.2.3), and the milliseconds of AWS.
    fileprivate mutating func setRetryAfter(nanoseconds: Int64) {
        self[.retryAfter] = String((Swift.max(1, nanoseconds) - 1) / 1_000_000_000 + 1)
        self[.amzRetryAfter] = String((Swift.max(1, nanoseconds) - 1) / 1_000_000 + 1)
    }

    /// Sets the two fields of the IETF draft "RateLimit header fields for HTTP".
    fileprivate mutating func setRateLimit(_ policy: ThrottlePolicy, _ decision: ThrottleDecision) {
        let name = "\"\(policy.rawValue)\""
        self[.rateLimitPolicy] = "\(name);q=\(decision.quota);w=\(decision.windowSeconds)"
        self[.rateLimit] = "\(name);r=\(decision.remaining);t=\(decision.retryAfterSeconds)"
    }

    /// Sets the same for the rate that AWS allows at the moment, in requests in a second.
    fileprivate mutating func setRateLimit(ofAWS rate: Int64, retryAfterNanoseconds wait: Int64) {
        self[.rateLimitPolicy] = "\"aws\";q=\(rate);w=1"
        self[.rateLimit] = "\"aws\";r=0;t=\((wait - 1) / 1_000_000_000 + 1)"
    }
}

extension ThrottlePolicy {
    /// The message for a caller whose request found this bucket empty.
    fileprivate var refusal: String {
        switch self {
        case .caller: "this caller sends more requests than its rate allows"
        case .identity: "more is asked about this identity than its rate allows"
        case .upstream: "more is asked in all than the gateway may forward"
        }
    }
}

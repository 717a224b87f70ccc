import CognitoSync
import Messages
import Policy
import Serving
import Upstream

extension GatewayError {
    /// A write that failed so may still have happened.
    var mayHaveBeenApplied: Bool {
        switch self {
        case .upstream(let error): error.phase != .notSent
        case .malformedResponse, .outcomeUnknown, .notApplied: true
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paginationExpired,
            .refusedByUpstream:
            false
        }
    }

    /// Whether the origin was asked, or at least tried.
    var wasForwarded: Bool {
        switch self {
        case .upstream, .malformedResponse, .refusedByUpstream, .notApplied, .outcomeUnknown: true
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paginationExpired: false
        }
    }

    /// A page past its time may stand in for it, where that is allowed: the caller did nothing wrong.
    var mayBeReplaced: Bool {
        switch self {
        case .upstream, .malformedResponse, .circuitOpen, .noCredentials, .refusedByUpstream: true
        case .throttled(let policy, _): policy != .caller
        case .invalid, .overloaded, .paginationExpired, .notApplied, .outcomeUnknown: false
        }
    }
}

extension APIError {
    /// The answer to what never became a request.
    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .malformed: .malformedRequest("the request is not well-formed HTTP/1.1")
            case .badTarget: .malformedRequest("the request target must be a path, without dot segments")
            case .targetTooLong: .targetTooLong("the request target is too long")
            case .headTooLarge: .headTooLarge("the request's header fields are too large")
            case .bodyTooLarge: .bodyTooLarge("the request's body is too large")
            case .unexpectedBody: .malformedRequest("a request with this method has no body")
            case .methodNotAllowed: .methodNotAllowed(allow: "GET, POST, DELETE")
            case .expectationFailed: .expectationFailed("the only expectation met is 100-continue")
            case .unknownTransferCoding: .notImplemented("the only transfer coding understood is chunked")
            case .versionNotSupported: .versionNotSupported("the only version served is HTTP/1.1")
            case .tooSlow: .requestTimeout("the request did not arrive in time")
            case .overloaded: .serviceUnavailable("too many connections")
            case .draining: .serviceUnavailable("the gateway is shutting down")
            }
    }
}

extension AttemptFailure.Reached {
    init(_ phase: UpstreamError.Phase) {
        self =
            switch phase {
            case .notSent: .nothingSent
            case .sent: .sent
            case .partlyReceived: .partlyReceived
            }
    }
}

extension UpstreamOutcome {
    init(_ kind: UpstreamError.Kind) {
        self =
            switch kind {
            case .unreachable, .unavailable: .unreachable
            case .timedOut: .timedOut
            case .cut: .cut
            case .malformed, .tooLarge: .malformed
            case .cancelled: .cancelled
            }
    }
}

extension UpstreamError {
    /// What the retry policy is to judge; nil for what no second attempt could mend: the caller left, this client
    /// takes no more, or the answer is longer than any that is taken.
    var attemptFailure: AttemptFailure? {
        switch kind {
        case .cancelled, .unavailable, .tooLarge: nil
        case .unreachable, .timedOut, .cut, .malformed: .transport(.init(phase))
        }
    }
}

extension RetryReason {
    /// Of what an attempt ended with that is tried again.
    init(_ result: Result<Response, GatewayError>) {
        switch result {
        case .success: self = .serverError
        case .failure(.upstream(let error)) where error.kind == .timedOut: self = .timeout
        case .failure: self = .connection
        }
    }
}

extension Duration {
    /// Whole nanoseconds; the longest there are for what does not fit.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carried ? (seconds < 0 ? .min : .max) : sum
    }
}

package import Telemetry
import Upstream

extension FailureReason {
    /// Creates the reason of a request without a response; nil for one whose caller hung up.
    init?(_ cause: UpstreamError.Cause) {
        switch cause {
        case .dns: self = .dns
        case .refused: self = .refused
        case .tls: self = .tls
        case .reset: self = .reset
        case .timeoutConnect: self = .timeoutConnect
        case .timeoutFirstByte: self = .timeoutFirstByte
        case .timeoutTotal: self = .timeoutTotal
        case .queue: self = .queue
        case .malformed: self = .malformed
        case .cancelled: return nil
        }
    }

    /// Creates the reason of a refusal of the gateway itself, by the name that AWS gave it.
    ///
    /// A clock that is wrong makes a signature wrong, and AWS has no name of its own for it.
    init(refusal name: String) {
        switch name {
        case "AccessDeniedException", "AccessDenied", "OptInRequired": self = .denied
        case "ExpiredTokenException", "ExpiredToken": self = .expired
        default: self = .badSignature
        }
    }
}

extension GatewayError {
    /// The reason for the access line; nil where the caller is at fault, or a bound of the gateway.
    package var failureReason: FailureReason? {
        switch self {
        case .upstream(let error): FailureReason(error.cause)
        case .noCredentials: .noCredentials
        case .circuitOpen: .circuit
        case .refusedByUpstream(let name): FailureReason(refusal: name)
        case .malformedResponse: .malformed
        case .paced: .throttled
        case .overloaded: .queue
        case .invalid, .throttled, .notApplied, .outcomeUnknown, .paginationExpired, .unknownCaller, .denied,
            .tooManyInFlight:
            nil
        }
    }
}

package import Serving

/// Something worth counting that is not the end of a request.
///
/// Every case and every payload is a closed set, so a label can never grow with what callers send.
package enum MetricEvent: Sendable, Equatable {
    /// Turned away by the gateway before it was looked at; the server's own refusals are in its statistics.
    case refused(RefusalReason)
    case revalidated(RevalidationOutcome)
    case retried(RetryReason)
    /// The service answered that it is being asked too much.
    case upstreamThrottled
    case credentialsRefreshed(source: CredentialsSourceName, succeeded: Bool)
    case reloaded(succeeded: Bool)
}

/// The `reason` label of refusals: the server's own, and the cap on requests in flight.
package enum RefusalReason: String, CaseIterable, Sendable {
    case malformed
    case badTarget = "bad_target"
    case targetTooLong = "target_too_long"
    case headTooLarge = "head_too_large"
    case bodyTooLarge = "body_too_large"
    case unexpectedBody = "unexpected_body"
    case methodNotAllowed = "method_not_allowed"
    case expectationFailed = "expectation_failed"
    case unknownTransferCoding = "unknown_transfer_coding"
    case versionNotSupported = "version_not_supported"
    case tooSlow = "too_slow"
    case overloaded
    case draining
    case inFlight = "in_flight"

    package init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .malformed: .malformed
            case .badTarget: .badTarget
            case .targetTooLong: .targetTooLong
            case .headTooLarge: .headTooLarge
            case .bodyTooLarge: .bodyTooLarge
            case .unexpectedBody: .unexpectedBody
            case .methodNotAllowed: .methodNotAllowed
            case .expectationFailed: .expectationFailed
            case .unknownTransferCoding: .unknownTransferCoding
            case .versionNotSupported: .versionNotSupported
            case .tooSlow: .tooSlow
            case .overloaded: .overloaded
            case .draining: .draining
            }
    }
}

package enum RevalidationOutcome: String, CaseIterable, Sendable {
    case unchanged
    case changed
    case failed
}

package enum RetryReason: String, CaseIterable, Sendable {
    /// The connection failed before the request can have arrived.
    case connection
    case timeout
    case serverError = "server_error"
    case throttled
    case credentialsExpired = "credentials_expired"
    case clockSkew = "clock_skew"
    /// AWS no longer took the session token that a caller's own one was exchanged for.
    case sessionToken = "session_token"
}

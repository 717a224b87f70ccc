package import Serving

/// The `reason` label of refusals: those of the server, and the limit on requests in flight.
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

    /// Creates the label for a refusal of the server.
    package init(_ refusal: Refusal) { self = Self(rawValue: refusal.rawValue) ?? .malformed }
}

package import CognitoSync
package import Policy
package import Telemetry
package import Upstream

/// An error of the gateway's own.
///
/// Errors of AWS are no `GatewayError`: they pass through as they came. Status, name and body are derived in one
/// place, ``apiError``.
package enum GatewayError: Error, Sendable, Equatable {
    /// A request that the API does not have, or that this gateway does not permit.
    case invalid(APIError)
    /// An empty bucket; the name of the policy is what the rate-limit fields show.
    case throttled(ThrottlePolicy, ThrottleDecision)
    /// More requests in flight than the bounds allow.
    case overloaded
    /// A caller of whom nothing is known that the rules ask for.
    case unknownCaller
    /// A request that the rules do not cover; the same for all rules.
    case denied
    /// More requests in flight than the caller may have.
    case tooManyInFlight
    case noCredentials
    /// An upstream that failed so often that it gets time to recover, in nanoseconds.
    case circuitOpen(retryAfterNanoseconds: Int64)
    /// A call that would wait for longer than its deadline, since AWS asks for fewer, in nanoseconds.
    case paced(retryAfterNanoseconds: Int64, requestsPerSecond: Int64)
    case upstream(UpstreamError)
    /// A refusal of the gateway's own signature, credentials or rights; the name is AWS's.
    case refusedByUpstream(String)
    /// A write without a response, after which the dataset still stands at the count that it had before.
    case notApplied(at: Int64)
    /// A write without a response, and what has changed since does not show whether it was applied.
    case outcomeUnknown
    /// A cursor into a snapshot that is gone.
    case paginationExpired
    /// A whole HTTP response whose content is not what the API promises: a redirect, or a page that is not JSON.
    case malformedResponse(String)
}

extension GatewayError {
    /// Whether a write that failed so may still have been applied.
    var mayHaveBeenApplied: Bool {
        switch self {
        case .upstream(let error): error.phase != .notSent
        case .malformedResponse, .outcomeUnknown, .notApplied: true
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paced, .paginationExpired,
            .refusedByUpstream, .unknownCaller, .denied, .tooManyInFlight:
            false
        }
    }

    /// Whether upstream was asked, or at least tried.
    var wasForwarded: Bool {
        switch self {
        case .upstream, .malformedResponse, .refusedByUpstream, .notApplied, .outcomeUnknown: true
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paced, .paginationExpired,
            .unknownCaller, .denied, .tooManyInFlight:
            false
        }
    }

    /// Whether a stale response may replace it, where that is allowed: the caller did nothing wrong.
    var mayBeReplaced: Bool {
        switch self {
        case .upstream, .malformedResponse, .circuitOpen, .paced, .noCredentials, .refusedByUpstream: true
        case .throttled(let policy, _): policy != .caller
        case .invalid, .overloaded, .paginationExpired, .notApplied, .outcomeUnknown, .unknownCaller, .denied,
            .tooManyInFlight:
            false
        }
    }
}

extension GatewayError {
    /// The refusal of a read that wants nothing but a cached response, of which there is none (RFC 9111, section
    /// 5.2.1.7).
    static let notCached = invalid(
        .upstreamTimeout("there is no cached response, and only-if-cached forbids to fetch one")
    )
}

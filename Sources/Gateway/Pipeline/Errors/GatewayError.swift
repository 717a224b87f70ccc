package import CognitoSync
package import Policy
package import Upstream

/// Why the gateway itself answers with an error, and what the caller is told.
///
/// Errors that AWS answered with are no `GatewayError`: they pass through as they came. Status, name and body
/// are derived in one place, `apiError`.
package enum GatewayError: Error, Sendable, Equatable {
    /// The caller's request is not one that the API has.
    case invalid(APIError)
    /// A bucket is empty; the policy's name is what the rate-limit headers show.
    case throttled(ThrottlePolicy, ThrottleDecision)
    /// More requests in flight than the cap allows.
    case overloaded
    case noCredentials
    /// The origin failed so often that it is left alone for a while, in nanoseconds.
    case circuitOpen(retryAfterNanoseconds: Int64)
    case upstream(UpstreamError)
    /// The origin refuses the gateway's own signature, credentials or rights; the name is AWS's.
    case refusedByUpstream(String)
    /// A write brought no answer, and the dataset still stands at the count that it had before.
    case notApplied(at: Int64)
    /// A write brought no answer, and what has changed since does not show whether it was applied.
    case outcomeUnknown
    /// The state that a walk went through is no longer held.
    case paginationExpired
    /// A whole HTTP answer whose content is not what the API promises: a redirect, or a page that is not JSON.
    case malformedResponse(String)
}

extension GatewayError {
    /// What the caller sees, in AWS's shape; an origin's details stay inside.
    package var apiError: APIError {
        switch self {
        case .invalid(let error):
            error
        case .throttled(let policy, _):
            .tooManyRequests(policy.refusal)
        case .overloaded:
            .serviceUnavailable("too many requests are in flight")
        case .noCredentials:
            .serviceUnavailable("the gateway has no AWS credentials")
        case .circuitOpen:
            .serviceUnavailable("the origin failed repeatedly and is given time to recover")
        case .upstream(let error):
            Self.apiError(for: error)
        case .paginationExpired:
            .invalidParameter("NextToken has expired: the dataset has changed, list it from the beginning")
        case .refusedByUpstream:
            .upstreamFailure("the origin refused the gateway's own credentials or signature")
        case .notApplied(let syncCount):
            .upstreamTimeout(
                "the origin did not confirm the write, which has not been applied: "
                    + "the dataset still stands at sync count \(syncCount)"
            )
        case .outcomeUnknown:
            .upstreamTimeout("the origin did not confirm the write; the outcome is unknown")
        case .malformedResponse:
            .upstreamFailure("the origin's answer was not a well-formed one")
        }
    }

    private static func apiError(for error: UpstreamError) -> APIError {
        // Only a write cares, but the sentence is true for every call.
        let outcome =
            switch error.phase {
            case .notSent: "nothing was sent"
            case .sent, .partlyReceived: "the outcome is unknown"
            }
        return switch error.kind {
        case .timedOut: .upstreamTimeout("the origin did not answer in time; \(outcome)")
        case .unreachable: .upstreamFailure("the origin could not be reached; \(outcome)")
        case .cut: .upstreamFailure("the origin closed the connection; \(outcome)")
        case .malformed, .tooLarge:
            .upstreamFailure("the origin's answer was not a well-formed one; \(outcome)")
        case .cancelled, .unavailable: .serviceUnavailable("the gateway cannot forward now; \(outcome)")
        }
    }

    /// When the caller may try again, in nanoseconds; nil where nothing useful can be said.
    package var retryAfterNanoseconds: Int64? {
        switch self {
        case .throttled(_, let decision): decision.retryAfterNanoseconds
        case .circuitOpen(let wait): wait
        case .overloaded, .noCredentials, .paginationExpired, .refusedByUpstream, .upstream,
            .malformedResponse, .invalid,
            .notApplied, .outcomeUnknown:
            apiError.status == 503 ? 1_000_000_000 : nil
        }
    }
}

extension ThrottlePolicy {
    /// What a caller is told whose request found this bucket empty.
    fileprivate var refusal: String {
        switch self {
        case .caller: "this caller sends more requests than its rate allows"
        case .identity: "more is asked about this identity than its rate allows"
        case .upstream: "more is asked in all than the gateway may forward"
        }
    }
}

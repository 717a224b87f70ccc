package import CredentialSources

/// An event that is counted and is not the end of a request.
///
/// Every case and every payload is a closed set. So no label grows with the text that callers send.
package enum MetricEvent: Sendable, Equatable {
    /// The gateway refused a request before decoding it. The server counts its own refusals.
    case refused(RefusalReason)
    /// The decisions of the buckets about a retry, or about a fetch on the gateway's own account.
    case throttleDecided(ThrottleFacts)
    case revalidated(RevalidationOutcome)
    case retried(RetryReason)
    /// Upstream answered that it gets too many requests.
    case upstreamThrottled
    /// An upstream request failed, or was kept back.
    case upstreamFailed(FailureReason)
    /// The source is nil where no single one is at fault.
    case credentialsRefreshed(source: CredentialsSourceName, succeeded: Bool)
    case reloaded(succeeded: Bool)
    case sessionToken(SessionTokenOutcome)
    case writeOutcome(InquiredWriteOutcome)
}

/// The `outcome` label of session tokens of AWS, which stand for tokens of the gateway.
package enum SessionTokenOutcome: String, CaseIterable, Sendable {
    /// A token was at hand: the write cost one upstream request.
    case held
    /// A token was fetched first: the write cost two.
    case fetched
    /// AWS refused one; another was fetched.
    case refused
}

/// The `outcome` label of writes whose response was lost, by the inquiry.
package enum InquiredWriteOutcome: String, CaseIterable, Sendable {
    case applied
    case notApplied = "not_applied"
    case unknown
    /// A retry got the success of the write before.
    case repeated
}

/// The `outcome` label of revalidations.
package enum RevalidationOutcome: String, CaseIterable, Sendable {
    case unchanged
    case changed
    case failed
}

/// The `reason` label of retries.
package enum RetryReason: String, CaseIterable, Sendable {
    /// The connection failed before the request can have arrived upstream.
    case connection
    case timeout
    case serverError = "server_error"
    case credentialsExpired = "credentials_expired"
    case clockSkew = "clock_skew"
    /// AWS refused the session token that stood for a token of the gateway.
    case sessionToken = "session_token"
}

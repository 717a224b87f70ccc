/// The decision about a request, and all that its response shows of it.
package struct ThrottleDecision: Sendable, Equatable {
    package let isAdmitted: Bool
    /// The whole tokens that are left: `r` of the RateLimit field.
    package let remaining: Int64
    /// Nanoseconds until a token will be there; 0 if the request is admitted.
    package let retryAfterNanoseconds: Int64
    /// Whether the key had no bucket of its own: the table was full of buckets that may not be forgotten.
    package let isShared: Bool
    package let rate: Rate

    package init(_ outcome: TokenBucket.Outcome, rate: Rate, isShared: Bool = false) {
        switch outcome {
        case .admitted(let left): (isAdmitted, remaining, retryAfterNanoseconds) = (true, left, 0)
        case .refused(let wait): (isAdmitted, remaining, retryAfterNanoseconds) = (false, 0, wait)
        }
        self.rate = rate
        self.isShared = isShared
    }

    /// `Retry-After`, and `t` of the RateLimit field: whole seconds.
    ///
    /// Rounded up, so that a caller that waits is admitted.
    package var retryAfterSeconds: Int64 { Self.divideUp(retryAfterNanoseconds, 1_000_000_000) }

    /// `q` of the RateLimit-Policy field: the number of requests in one window.
    package var quota: Int64 { rate.burst }

    /// `w` of the RateLimit-Policy field: the seconds in which an empty bucket fills.
    ///
    /// Quota by window is the rate, for a burst that is a whole multiple of it.
    package var windowSeconds: Int64 { Self.divideUp(rate.burst * rate.seconds, rate.tokens) }

    private static func divideUp(_ number: Int64, _ divisor: Int64) -> Int64 {
        number / divisor + (number % divisor > 0 ? 1 : 0)
    }
}

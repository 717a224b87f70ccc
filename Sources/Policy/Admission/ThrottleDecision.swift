/// Whether a request is admitted, and all that an answer says about it.
package struct ThrottleDecision: Sendable, Equatable {
    package let isAdmitted: Bool
    /// Whole tokens left: `r` of the RateLimit field.
    package let remaining: Int64
    /// Nanoseconds until a token will be there; 0 if admitted.
    package let retryAfterNanoseconds: Int64
    /// The key had no bucket of its own: the table was full of buckets that may not be forgotten.
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

    /// `Retry-After`, and `t` of the RateLimit field: whole seconds, rounded up, so that who waits is
    /// admitted.
    package var retryAfterSeconds: Int64 { Self.divideUp(retryAfterNanoseconds, 1_000_000_000) }

    /// `x-amz-retry-after`: milliseconds, rounded up.
    package var retryAfterMilliseconds: Int64 { Self.divideUp(retryAfterNanoseconds, 1_000_000) }

    /// `q` of the RateLimit-Policy field: what may be asked for within one window.
    package var quota: Int64 { rate.burst }

    /// `w` of the RateLimit-Policy field: the seconds in which an empty bucket fills, so that quota by window
    /// is the rate (for a burst that is a whole multiple of it).
    package var windowSeconds: Int64 { Self.divideUp(rate.burst, rate.perSecond) }

    private static func divideUp(_ number: Int64, _ divisor: Int64) -> Int64 {
        number / divisor + (number % divisor > 0 ? 1 : 0)
    }
}

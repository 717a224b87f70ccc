/// A bucket of tokens that refills evenly, exact to the token in whole-number arithmetic.
///
/// It counts in units of 1e-9 token for a rate in seconds, and of 1e-9 token / s for one in s seconds. So a rate of r
/// tokens gains exactly r units a nanosecond: nothing is rounded and nothing drifts. Over any window of t seconds it
/// admits at most burst + rate × t. It begins full.
///
/// Work that cannot be refused is charged into debt: the level falls below zero, by one burst at most. Nothing is
/// admitted before the debt is paid back. So over any window at most 2 × burst + rate × t tokens are charged.
///
/// A clock reading earlier than one that the bucket has seen counts as that one. Threads that read the clock before
/// they take the lock come in the wrong order, and must gain nothing by it.
package struct TokenBucket: Sendable, Equatable {
    package private(set) var rate: Rate
    private var level: Int64
    private var refilledAt: Instant

    package init(_ rate: Rate, now: Instant) {
        self.rate = rate
        level = rate.burst * rate.token
        refilledAt = now
    }

    /// The result of asking for a token.
    package enum Outcome: Sendable, Equatable {
        /// `remaining` whole tokens are left.
        case admitted(remaining: Int64)
        /// A token will be there in `wait` nanoseconds, at least 1, if no other request takes it.
        case refused(wait: Int64)
    }

    package mutating func consume(now: Instant) -> Outcome {
        refill(now: now)
        guard level >= rate.token else {
            let missing = rate.token - level
            return .refused(wait: (missing + rate.tokens - 1) / rate.tokens)
        }
        level -= rate.token
        return .admitted(remaining: level / rate.token)
    }

    /// Takes a token for work that is not refused.
    ///
    /// At a debt of one burst it charges nothing more: the longest wait stays bounded.
    package mutating func consumeIntoDebt(now: Instant) {
        refill(now: now)
        level = max(-capacity, level - rate.token)
    }

    /// Puts a token back that was taken for work that was not done.
    package mutating func giveBack() { level = min(capacity, level + rate.token) }

    /// Returns whether the bucket is as a new one would be: forgetting it forgets nothing.
    package func isFull(now: Instant) -> Bool {
        var future = self
        future.refill(now: now)
        return future.level == capacity
    }

    /// Changes the rate from now on; the level stays, within the new burst.
    package mutating func resize(_ rate: Rate, now: Instant) {
        refill(now: now)
        // The new burst bounds the level first, so that its product with the new time stays within 64 bits.
        let (bound, overflow) = rate.burst.multipliedReportingOverflow(by: self.rate.token)
        let bounded = overflow ? level : max(-bound, min(level, bound))
        let (parts, rest) = bounded.quotientAndRemainder(dividingBy: self.rate.seconds)
        level = parts * rate.seconds + rest * rate.seconds / self.rate.seconds
        self.rate = rate
        level = max(-capacity, min(level, capacity))
    }

    private var capacity: Int64 { rate.burst * rate.token }

    private mutating func refill(now: Instant) {
        guard now > refilledAt else { return }
        let room = capacity - level
        let (gain, overflow) = now.nanoseconds(since: refilledAt).multipliedReportingOverflow(
            by: rate.tokens
        )
        level = overflow || gain >= room ? capacity : level + gain
        refilledAt = now
    }
}

extension Rate {
    /// The units of a token in the level of a bucket.
    fileprivate var token: Int64 { 1_000_000_000 * seconds }
}

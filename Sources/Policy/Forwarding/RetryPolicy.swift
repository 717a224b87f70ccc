/// The decision whether a failed request gets a retry.
///
/// A request may be repeated if it is idempotent, or if nothing of it was sent: so no write is ever applied twice. Only
/// a failure that may pass is worth a retry: a connection that broke, and 500, 502, 503 and 504. A 429 is passed on:
/// upstream asked for less, and the caller's own back-off is the right place to hear it.
///
/// There is one retry, and only with units in the budget and time on the clock. The first layer that retries should be
/// the only one, and the SDKs of callers retry too.
package struct RetryPolicy: Sendable, Equatable {
    package var maximumRetries: Int
    /// The longest pause before a retry, in nanoseconds; a random number draws the part of it.
    package var longestPause: Int64
    /// The nanoseconds left for the response below which a retry is not worth its load.
    package var leastTime: Int64

    package init(
        maximumRetries: Int = 1,
        longestPause: Int64 = 50_000_000,
        leastTime: Int64 = 100_000_000
    ) {
        self.maximumRetries = maximumRetries
        self.longestPause = longestPause
        self.leastTime = leastTime
    }

    package enum Decision: Sendable, Equatable {
        /// Try again after `pause` nanoseconds. The budget has been charged.
        case retry(pause: Int64)
        case giveUp(Reason)
    }

    /// The reason for no further attempt.
    package enum Reason: Sendable, Equatable {
        /// It might be applied twice.
        case notRepeatable
        /// The response would be the same, or upstream asked for less.
        case final
        case enoughAttempts
        case noTime
        case noBudget
    }

    /// Decides what follows a failed attempt.
    ///
    /// Attempts are counted from 1; `random` is 64 random bits.
    package func decide(
        afterAttempt attempt: Int,
        failure: AttemptFailure,
        isIdempotent: Bool,
        timeLeft: Int64,
        budget: inout RetryBudget,
        random: UInt64
    ) -> Decision {
        let mayRepeat: Bool
        switch failure {
        case .answered(let status):
            guard [500, 502, 503, 504].contains(status) else { return .giveUp(.final) }
            mayRepeat = isIdempotent
        case .transport(.nothingSent): mayRepeat = true
        case .transport(.sent), .transport(.partlyReceived): mayRepeat = isIdempotent
        }
        guard mayRepeat else { return .giveUp(.notRepeatable) }
        guard attempt <= maximumRetries else { return .giveUp(.enoughAttempts) }
        let pause = fraction(of: longestPause, by: random)
        guard timeLeft > pause, timeLeft - pause >= leastTime else { return .giveUp(.noTime) }
        guard budget.spend() else { return .giveUp(.noBudget) }
        return .retry(pause: pause)
    }
}

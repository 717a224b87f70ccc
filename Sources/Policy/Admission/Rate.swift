/// The number of tokens that a bucket gains in a time, and the number that it holds.
package struct Rate: Sendable, Hashable {
    /// The greatest number of tokens in a second, and the greatest burst of such a rate.
    ///
    /// Within it only the product of a refill may leave 64 bits, and that is checked.
    package static let maximum: Int64 = 1_000_000_000
    /// The longest time of a rate, in seconds: an hour.
    package static let longestTime: Int64 = 3600

    /// The tokens of ``seconds``.
    package let tokens: Int64
    /// The time, from 1 to ``longestTime``; more than 1 for rates that have no whole number in a second.
    package let seconds: Int64
    package let burst: Int64

    /// Creates a rate; nil outside 1 to 1 000 000 000.
    package init?(perSecond tokens: Int64, burst: Int64) {
        let bounds = 1...Self.maximum
        guard bounds.contains(tokens), bounds.contains(burst) else { return nil }
        self.init(bounded: tokens, 1, burst)
    }

    private init(bounded tokens: Int64, _ seconds: Int64, _ burst: Int64) {
        let time = min(max(1, seconds), Self.longestTime)
        self.tokens = min(max(1, tokens), Self.maximum)
        self.seconds = time
        // The level of a bucket has 1e9 units in a token for each second of the time.
        self.burst = min(max(1, burst), Self.maximum / time)
    }

    /// Returns the nearest valid rate to values that have been checked elsewhere.
    package static func bounded(_ tokens: Int64, inSeconds seconds: Int64 = 1, burst: Int64) -> Self {
        Self(bounded: tokens, seconds, burst)
    }
}

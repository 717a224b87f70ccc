/// A bucket of requests whose rate is set again with each response.
///
/// It is that of the AWS SDKs' adaptive mode: it holds a second's worth, and never fills slower than one request in two
/// seconds. Times are seconds, from any zero.
package struct PacingBucket: Sendable, Equatable {
    private static let leastRate = 0.5

    /// The requests in a second that the bucket lets through.
    package private(set) var rate: Double
    private var capacity: Double
    package private(set) var available = 0.0
    private var last: Double

    package init(rate: Double, now: Double) {
        self.rate = max(rate, Self.leastRate)
        capacity = max(rate, 1)
        last = now
    }

    /// Sets the rate; what has filled until now filled at the old one.
    package mutating func setRate(_ rate: Double, now: Double) {
        refill(now: now)
        self.rate = max(rate, Self.leastRate)
        capacity = max(rate, 1)
        available = min(available, capacity)
    }

    /// Takes one request.
    ///
    /// - Returns: Whether there was one.
    package mutating func take(now: Double) -> Bool {
        refill(now: now)
        guard available >= 1 else { return false }
        available -= 1
        return true
    }

    /// Returns the seconds until there are so many requests; 0 if there are.
    package func wait(for requests: Double, now: Double) -> Double {
        let there = min(capacity, available + max(0, now - last) * rate)
        return max(0, (requests - there) / rate)
    }

    private mutating func refill(now: Double) {
        available = min(capacity, available + max(0, now - last) * rate)
        last = max(last, now)
    }
}

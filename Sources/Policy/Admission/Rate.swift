/// The number of tokens that a bucket gains in a second, and the number that it holds.
package struct Rate: Sendable, Hashable {
    /// The greatest rate and burst: within it only the product of a refill may leave 64 bits, and that is checked.
    package static let maximum: Int64 = 1_000_000_000

    package let perSecond: Int64
    package let burst: Int64

    /// Creates a rate; nil outside 1 to 1 000 000 000.
    package init?(perSecond: Int64, burst: Int64) {
        let bounds = 1...Self.maximum
        guard bounds.contains(perSecond), bounds.contains(burst) else { return nil }
        self.perSecond = perSecond
        self.burst = burst
    }

    private init(bounded perSecond: Int64, _ burst: Int64) {
        self.perSecond = min(max(1, perSecond), Self.maximum)
        self.burst = min(max(1, burst), Self.maximum)
    }

    /// Returns the nearest valid rate to values that have been checked elsewhere.
    package static func bounded(_ perSecond: Int64, burst: Int64) -> Self { Self(bounded: perSecond, burst) }
}

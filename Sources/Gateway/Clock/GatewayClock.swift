package import Policy

/// The two clocks of the gateway, as values, so that tests turn them by hand.
///
/// The monotonic clock decides (freshness, buckets, deadlines). The wall clock only signs and dates.
package struct GatewayClock: Sendable {
    package var monotonic: @Sendable () -> Instant
    /// Nanoseconds since 1970, UTC.
    package var wall: @Sendable () -> Int64

    package init(monotonic: @escaping @Sendable () -> Instant, wall: @escaping @Sendable () -> Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }
}

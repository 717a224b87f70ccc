package import Policy

/// The two clocks that the gateway reads, as values, so that tests can turn them by hand.
///
/// The monotonic one decides (freshness, buckets, deadlines); the wall clock only signs and dates.
package struct GatewayClock: Sendable {
    package var monotonic: @Sendable () -> Instant
    /// Nanoseconds since 1970, UTC.
    package var wall: @Sendable () -> Int64

    package init(monotonic: @escaping @Sendable () -> Instant, wall: @escaping @Sendable () -> Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }
}

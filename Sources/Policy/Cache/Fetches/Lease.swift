import Synchronization

/// The time for which a cached state may be served by a thread that does not hold the table's lock.
///
/// Only the table changes it, under its lock, and before the response to what ended it is sent. All threads read it.
/// So a read that starts after a write's response finds the lease of the older state ended.
package final class Lease: Sendable {
    /// Nanoseconds on the monotonic clock; the least value while the state may not be served.
    private let validatedAt = Atomic<Int64>(.min)
    /// The nanoseconds for which the state is fresh.
    private let lifetime = Atomic<Int64>(0)
    /// The accesses that the table does not know of, up to the maximum that eviction counts.
    private let touches = Atomic<Int>(0)

    func renew(validatedAt moment: Instant, lifetime nanoseconds: Int64) {
        lifetime.store(nanoseconds, ordering: .relaxed)
        validatedAt.store(moment.nanoseconds, ordering: .releasing)
    }

    func end() { validatedAt.store(.min, ordering: .releasing) }

    /// Returns the remaining freshness; nil if the state may not be served now.
    func remainingFreshness(now: Instant) -> RemainingFreshness? {
        let moment = validatedAt.load(ordering: .acquiring)
        let (lifetime, age) = (
            lifetime.load(ordering: .relaxed), now.nanoseconds(since: Instant(nanoseconds: moment))
        )
        return age < lifetime ? RemainingFreshness(age: age, timeToLive: lifetime - age) : nil
    }

    /// Records an access.
    func touch() {
        if touches.load(ordering: .relaxed) < S3FIFO.mostTouches { touches.add(1, ordering: .relaxed) }
    }

    /// Returns the number of accesses since the last time, and resets it.
    func takeTouches() -> Int { touches.exchange(0, ordering: .relaxed) }
}

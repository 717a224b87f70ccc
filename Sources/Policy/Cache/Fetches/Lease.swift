import Synchronization

/// How long a state may be served: for who has a page of it, and not the table's lock.
///
/// Only the table changes it, under its lock and before anybody is told what ended it; all threads read it. A read that
/// starts after a write was answered therefore finds the lease of what was there before at its end.
package final class Lease: Sendable {
    /// Nanoseconds on the monotonic clock; the least there is while the state may not be served.
    private let validatedAt = Atomic<Int64>(.min)
    /// Nanoseconds for which it is fresh.
    private let lifetime = Atomic<Int64>(0)
    /// How often it was served without the table's knowing, up to what eviction counts.
    private let touches = Atomic<Int>(0)

    func renew(validatedAt moment: Instant, lifetime nanoseconds: Int64) {
        lifetime.store(nanoseconds, ordering: .relaxed)
        validatedAt.store(moment.nanoseconds, ordering: .releasing)
    }

    func end() { validatedAt.store(.min, ordering: .releasing) }

    /// Nil if the state may not be served now.
    func remainingFreshness(now: Instant) -> RemainingFreshness? {
        let moment = validatedAt.load(ordering: .acquiring)
        let (lifetime, age) = (
            lifetime.load(ordering: .relaxed), now.nanoseconds(since: Instant(nanoseconds: moment))
        )
        return age < lifetime ? RemainingFreshness(age: age, timeToLive: lifetime - age) : nil
    }

    /// Notes that it was served.
    func touch() {
        if touches.load(ordering: .relaxed) < S3FIFO.mostTouches { touches.add(1, ordering: .relaxed) }
    }

    /// How often it was served since this was asked last.
    func takeTouches() -> Int { touches.exchange(0, ordering: .relaxed) }
}

/// The age of something that may be served, and how long it still may, in nanoseconds.
package struct RemainingFreshness: Sendable, Equatable {
    package let age: Int64
    package let timeToLive: Int64
}

/// The right to wait for a call in the air without asking the table.
///
/// It stands as long as a read that comes now may have the call's answer: the table would let it join.
package struct FetchLease: Sendable {
    private let lease = Lease()

    /// For a call that began at `start` and is waited for no longer than `limit` nanoseconds.
    init(start: Instant, limit: Int64) { lease.renew(validatedAt: start, lifetime: limit) }

    func end() { lease.end() }

    package func isJoinable(now: Instant) -> Bool { lease.remainingFreshness(now: now) != nil }
}

/// The right to serve one page without asking the table.
package struct PageLease: Sendable {
    let state: Lease
    /// When what the page carries, its session token, has become too old.
    let goodUntil: Instant

    /// Nil if the table would not give the page as a hit now.
    package func remainingFreshness(now: Instant) -> RemainingFreshness? {
        guard now < goodUntil, let remainingFreshness = state.remainingFreshness(now: now) else { return nil }
        state.touch()
        return remainingFreshness
    }
}

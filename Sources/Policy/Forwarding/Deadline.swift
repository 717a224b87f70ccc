/// The moment by which a call must have ended, and what of the time until then a step may take.
package struct Deadline: Sendable, Hashable {
    package let end: Instant

    package init(end: Instant) { self.end = end }

    package init(after nanoseconds: Int64, from now: Instant) {
        end = now.advanced(byNanoseconds: max(0, nanoseconds))
    }

    package func isPast(now: Instant) -> Bool { now >= end }

    /// Nanoseconds left; 0 when it is past.
    package func timeLeft(now: Instant) -> Int64 { end.nanoseconds(since: now) }

    /// What a step with a limit of its own may take: the lesser of the two.
    package func timeLeft(atMost limit: Int64, now: Instant) -> Int64 {
        min(max(0, limit), timeLeft(now: now))
    }

    /// The earlier of the two.
    package func or(_ other: Self) -> Self { other.end < end ? other : self }
}

/// The moment by which a request must have ended, and the time that is left until then.
package struct Deadline: Sendable, Hashable {
    package let end: Instant

    package init(after nanoseconds: Int64, from now: Instant) {
        end = now.advanced(byNanoseconds: max(0, nanoseconds))
    }

    package func isPast(now: Instant) -> Bool { now >= end }

    /// Returns the nanoseconds that are left; 0 when it is past.
    package func timeLeft(now: Instant) -> Int64 { end.nanoseconds(since: now) }
}

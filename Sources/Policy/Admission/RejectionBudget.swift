/// The time of an event loop that rejections may take: a quarter of it, in each short window.
///
/// Let a forward take f of a loop's time, and a rejection r. Of a load of three times the peak, a loop without such a
/// bound forwards (1 - 3 r / f) / (f - r) requests a second. So a cheaper forward makes it worse, and only a bound
/// holds it: three quarters of the peak are left, however much is offered.
///
/// It is a bucket of time that fills as time passes. A nanosecond of rejections costs `parts` nanoseconds. It begins
/// full. Over any t nanoseconds, rejections that were begun while there was time take at most (`window` + t) / `parts`,
/// and the rest of the last one.
package struct RejectionBudget: Sendable, Equatable {
    /// The parts of a loop's time, of which rejections may take one.
    package static let parts: Int64 = 4
    /// The time in which an empty bucket fills, in nanoseconds.
    package static let window: Int64 = 10_000_000
    /// The longest time until there is time for a rejection again, in nanoseconds.
    ///
    /// A clock does not tell work from a standstill of the whole machine. After one, rejections must not rest for long.
    package static let longestRest: Int64 = 10 * window

    /// The time that has passed and was not spent; negative after more was spent than there was.
    private var level = window
    private var refilledAt: Instant

    package init(now: Instant) { refilledAt = now }

    /// Returns whether there is time for a rejection.
    package mutating func hasTime(now: Instant) -> Bool {
        refill(now: now)
        return level > 0
    }

    /// Spends the time that a rejection took, in nanoseconds, whether or not there was time.
    package mutating func spend(_ time: Int64, now: Instant) {
        refill(now: now)
        // A longer time would empty the bucket just as well, and its product would leave 64 bits.
        let bounded = min(max(0, time), Self.longestRest)
        level = max(-Self.longestRest, level - bounded * Self.parts)
    }

    private mutating func refill(now: Instant) {
        guard now > refilledAt else { return }
        level = min(Self.window, level + min(now.nanoseconds(since: refilledAt), 2 * Self.longestRest))
        refilledAt = now
    }
}

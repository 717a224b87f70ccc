/// The number of forwards that the event loops can bear, judged by how late they are.
///
/// A loop that is short of time is late with everything: with refusals, and with responses that are ready. The time
/// that it lacks went to the admitted forwards. So while more requests come than are admitted anyway, fewer forwards
/// are admitted, until the loop keeps up. Then the number rises step by step (additive increase, multiplicative
/// decrease: Jacobson, "Congestion avoidance and control", 1988).
///
/// Late means the mean of an interval: one pass of a loop over its connections delays some responses and not others.
/// While nothing is refused, the number stays. A loop that is late with admitted work alone is merely busy.
package struct LoopLag: Sendable, Equatable {
    /// The mean lag up to which a loop keeps up, in nanoseconds.
    private static let target = 4_000_000.0
    private static let interval: Int64 = 20_000_000
    /// The number by which the limit rises after an interval in which the loop kept up.
    private static let step = 4.0
    /// The most that a sample counts: with a second, no sum of samples leaves 64 bits.
    private static let longest: Int64 = 1_000_000_000
    /// The number of samples below which the mean shows nothing.
    private static let leastSamples = 4
    /// The number of forwards that are always admitted: enough to keep a core busy, and to have samples.
    package static let least = 8

    private let most: Int
    private var bearable: Double
    private var since: Instant
    private var samples = 0
    private var sum: Int64 = 0
    private var hasRefused = false

    /// Creates a limit that begins with `most` and never rises above it.
    package init(most: Int, now: Instant) {
        self.most = max(0, most)
        bearable = Double(self.most)
        since = now
    }

    /// The number of forwards that may be in work.
    package var limit: Int { min(most, max(Self.least, Int(bearable))) }

    /// Records a request that was refused because no further forward could be admitted.
    package mutating func refused() { hasRefused = true }

    /// Records a response that was ready so many nanoseconds before its event loop came to it.
    package mutating func record(_ lag: Int64, now: Instant) {
        if samples == 0 { since = now }
        samples += 1
        sum += min(max(0, lag), Self.longest)
        guard now.nanoseconds(since: since) >= Self.interval, samples >= Self.leastSamples else { return }
        let mean = Double(sum) / Double(samples)
        if !hasRefused {
            bearable = Double(most)
        } else if mean > Self.target {
            bearable = max(Double(min(Self.least, most)), bearable * max(0.5, Self.target / mean))
        } else {
            bearable = min(Double(most), bearable + Self.step)
        }
        (samples, sum, hasRefused) = (0, 0, false)
    }
}

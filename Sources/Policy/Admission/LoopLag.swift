/// How many forwards the event loops can bear, judged by how late they are.
///
/// A loop that is short of time is late with everything: with what it has to refuse, and with the answers that are
/// ready. What it lacks went to the forwards that were let in; so, while there is more than can be let in anyway,
/// fewer of them are, until the loop keeps up. Then it is tried with more, round by round (additive increase,
/// multiplicative decrease: Jacobson, "Congestion avoidance and control", 1988).
///
/// Late means the mean of an interval, since one pass of a loop over its connections delays some answers and not
/// others. And as long as nothing is refused nothing is taken away: a loop that is late with what everybody agreed
/// to is merely busy.
package struct LoopLag: Sendable, Equatable {
    /// A loop that is on the average no later than this keeps up, in nanoseconds.
    private static let target = 4_000_000.0
    private static let interval: Int64 = 20_000_000
    /// How many more are tried after an interval in which the loop kept up.
    private static let step = 4.0
    /// A sample counts as no more than a second, so that no sum of them leaves 64 bits.
    private static let longest: Int64 = 1_000_000_000
    /// Fewer samples than these say nothing.
    private static let leastSamples = 4
    /// So many forwards are always let in: enough to keep a core busy, and to have samples.
    package static let least = 8

    private let most: Int
    private var bearable: Double
    private var since: Instant
    private var samples = 0
    private var sum: Int64 = 0
    private var hasRefused = false

    /// Begins with `most`, and never gets above it.
    package init(most: Int, now: Instant) {
        self.most = max(0, most)
        bearable = Double(self.most)
        since = now
    }

    /// How many forwards may be under way.
    package var limit: Int { min(most, max(Self.least, Int(bearable))) }

    /// Takes note of a request that was refused because nothing more could be let in.
    package mutating func refused() { hasRefused = true }

    /// Takes note of an answer that was ready so many nanoseconds before its event loop came to it.
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

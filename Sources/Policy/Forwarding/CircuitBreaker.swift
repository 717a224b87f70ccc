/// The switch that stops requests to a failing upstream, and finds out when it is back.
///
/// ```
///            20 failures in a row
///   closed ------------------------> open --- pause over, next request -> probing
///      ^                               ^                                    |  |
///      |                               +------------- it fails -------------+  |
///      +------------------------------------ it succeeds ----------------------+
/// ```
/// - Closed: every request goes. Failures in a row are counted; one success forgets them.
/// - Open: no request goes, and each is told when to come back. The pause begins at a second and doubles with each
///   probe that fails, to half a minute at most. A random part of it is cut off, so that many gateways do not probe
///   together.
/// - Probing: one request is in flight to find out, all others are still refused. If it reports nothing within
///   `probeLimit`, the next request becomes the probe.
///
/// A request carries a permit from `admit` to its report. Requests that were admitted before the circuit opened report
/// after it: what they saw is old, and is not counted.
package struct CircuitBreaker: Sendable, Equatable {
    private enum State: Sendable, Equatable {
        case closed(failures: Int)
        case open(until: Instant, pause: Int64)
        case probing(since: Instant, pause: Int64)
    }

    /// The admission of one request, which its report returns.
    package struct Permit: Sendable, Hashable {
        let generation: UInt64
        package let isProbe: Bool
    }

    package enum Decision: Sendable, Equatable {
        case go(Permit)
        /// Refused; a request may go in `retryAfter` nanoseconds, at least 1.
        case refused(retryAfter: Int64)
    }

    private let threshold: Int
    private let firstPause: Int64
    private let longestPause: Int64
    private let probeLimit: Int64
    private var state = State.closed(failures: 0)
    private var generation: UInt64 = 0

    package init(
        threshold: Int = 20,
        firstPause: Int64 = 1_000_000_000,
        longestPause: Int64 = 30_000_000_000,
        probeLimit: Int64 = 15_000_000_000
    ) {
        self.threshold = max(1, threshold)
        self.firstPause = max(1, firstPause)
        self.longestPause = max(self.firstPause, longestPause)
        self.probeLimit = max(1, probeLimit)
    }

    /// The state without its times, for metrics.
    package enum Phase: Sendable, Equatable {
        case closed
        case open
        case probing
    }

    package var phase: Phase {
        switch state {
        case .closed: .closed
        case .open: .open
        case .probing: .probing
        }
    }

    /// Whether every request goes.
    package var isClosed: Bool { if case .closed = state { true } else { false } }

    package mutating func admit(now: Instant) -> Decision {
        switch state {
        case .closed: return .go(Permit(generation: generation, isProbe: false))
        case .open(let until, let pause):
            guard now >= until else { return .refused(retryAfter: until.nanoseconds(since: now)) }
            return .go(startProbe(pause: pause, now: now))
        case .probing(let since, let pause):
            let elapsed = now.nanoseconds(since: since)
            guard elapsed >= probeLimit else { return .refused(retryAfter: probeLimit - elapsed) }
            return .go(startProbe(pause: pause, now: now))
        }
    }

    /// Records a response; any status below 500 shows that upstream works.
    package mutating func succeeded(_ permit: Permit) {
        guard permit.generation == generation else { return }
        if permit.isProbe { generation &+= 1 }
        state = .closed(failures: 0)
    }

    /// Records a failure by the fault of upstream; `random` is 64 random bits.
    package mutating func failed(_ permit: Permit, now: Instant, random: UInt64) {
        guard permit.generation == generation else { return }
        switch state {
        case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
        case .closed: open(pause: firstPause, now: now, random: random)
        case .probing(_, let pause): open(pause: min(longestPause, doubled(pause)), now: now, random: random)
        case .open: break
        }
    }

    /// Records a request that was abandoned before upstream could show anything; the next one may be the probe.
    package mutating func abandoned(_ permit: Permit, now: Instant) {
        guard permit.generation == generation, case .probing(_, let pause) = state else { return }
        generation &+= 1
        state = .open(until: now, pause: pause)
    }

    private mutating func startProbe(pause: Int64, now: Instant) -> Permit {
        generation &+= 1
        state = .probing(since: now, pause: pause)
        return Permit(generation: generation, isProbe: true)
    }

    private mutating func open(pause: Int64, now: Instant, random: UInt64) {
        generation &+= 1
        let shortened = pause - fraction(of: pause / 2, by: random)
        state = .open(until: now.advanced(byNanoseconds: shortened), pause: pause)
    }

    private func doubled(_ pause: Int64) -> Int64 { pause > Int64.max / 2 ? .max : pause * 2 }
}

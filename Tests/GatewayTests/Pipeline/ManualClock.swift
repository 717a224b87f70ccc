import Gateway
import Policy
import Synchronization

/// The two clocks of a test, which turns both by the same amount.
final class ManualClock: Sendable {
    /// 2015-08-30T12:36:00Z, the moment of AWS's own signature examples.
    static let epochSeconds: Int64 = 1_440_938_160

    private let elapsed = Mutex<Int64>(0)

    func advance(by duration: Duration) {
        let nanoseconds =
            duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
        elapsed.withLock { $0 += nanoseconds }
    }

    var now: Instant { Instant(nanoseconds: 1_000_000_000 + elapsed.withLock { $0 }) }

    var gatewayClock: GatewayClock {
        GatewayClock(
            monotonic: { self.now },
            wall: { Self.epochSeconds * 1_000_000_000 + self.elapsed.withLock { $0 } }
        )
    }
}

import Foundation
import Policy

extension GatewayClock {
    /// The clocks of the machine.
    ///
    /// No other code reads them.
    package static let system = GatewayClock(
        monotonic: { Instant(nanoseconds: read(CLOCK_MONOTONIC)) },
        wall: { read(CLOCK_REALTIME) }
    )

    /// Returns nanoseconds: 64 bits of them last until the year 2262.
    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

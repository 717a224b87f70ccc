import Synchronization

/// The counters that the transfer thread writes and every thread may read.
///
/// Each number is exact by itself. Numbers that are read together may be a few requests apart.
final class Counters: Sendable {
    let openConnections = Atomic<Int>(0)
    let connects = Atomic<Int>(0)
    let inFlight = Atomic<Int>(0)
    let queued = Atomic<Int>(0)

    var statistics: UpstreamStatistics {
        UpstreamStatistics(
            openConnections: openConnections.load(ordering: .relaxed),
            connects: connects.load(ordering: .relaxed),
            inFlight: inFlight.load(ordering: .relaxed),
            queued: queued.load(ordering: .relaxed)
        )
    }
}

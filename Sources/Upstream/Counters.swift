import Synchronization

/// What the transfer thread counts and anybody may read.
///
/// Each number is true by itself; read together they may be a few calls apart.
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

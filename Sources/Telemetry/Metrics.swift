package import CognitoSync
internal import Glibc
internal import Synchronization

/// The counters of the gateway, written by all threads and summed at a scrape.
///
/// A thread writes to the shard that its identity hashes to. With one event loop on each core, the lock of that
/// shard is practically its own. It is taken once for a whole request. Memory is fixed: labels come from closed
/// sets.
package final class Metrics: Sendable {
    private let shards: [Shard]
    package let build: BuildInformation
    private let gauges: @Sendable () -> Gauges
    /// Whether the last reload succeeded; the configuration of the start counts as one that did.
    private let lastReloadSucceeded = Atomic(true)

    /// Creates metrics that are all zero.
    ///
    /// `gauges` is called at each scrape, on the thread of the scrape, and must not block.
    package init(
        build: BuildInformation = BuildInformation(),
        gauges: @escaping @Sendable () -> Gauges = { Gauges() }
    ) {
        self.shards = (0..<Self.shardCount).map { _ in Shard() }
        self.build = build
        self.gauges = gauges
    }

    /// Counts a finished request: once, at its end.
    package func record(_ record: RequestRecord) { self.record(record.tally) }

    /// Counts a finished request that has no record of its own.
    package func record(_ request: RequestTally) {
        shard.counts.withLock { $0.record(request) }
    }

    /// Counts an event.
    package func count(_ event: MetricEvent) {
        if case .reloaded(let succeeded) = event { lastReloadSucceeded.store(succeeded, ordering: .relaxed) }
        shard.counts.withLock { $0.count(event) }
    }

    /// Counts one upstream request: each attempt, and those that no caller sent.
    package func recordUpstream(_ operation: OperationName, _ outcome: UpstreamOutcome, nanoseconds: Int64) {
        shard.counts.withLock { $0.recordUpstream(operation, outcome, nanoseconds: nanoseconds) }
    }

    /// Returns the Prometheus text of all families, those of the process included.
    package func exposition() -> String {
        let reading = MetricReading(
            counts: snapshot(),
            gauges: gauges(),
            lastReloadSucceeded: lastReloadSucceeded.load(ordering: .relaxed),
            build: build,
            process: .read()
        )
        return PrometheusText(MetricFamily.all, reading).text
    }

    package var currentGauges: Gauges { gauges() }

    /// Returns the sum of all shards.
    func snapshot() -> MetricCounts {
        var sum = MetricCounts()
        for shard in shards { shard.counts.withLock { sum.add($0) } }
        return sum
    }

    /// The number of shards: a power of two, well above the number of threads that serve.
    private static let shardCount = 32

    private var shard: Shard {
        // Thread descriptors are far apart and aligned. Fibonacci hashing spreads them by their high bits.
        let mixed = UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15
        return shards[Int(truncatingIfNeeded: mixed >> 59)]
    }

    /// A lock with its counters, in memory of their own.
    private final class Shard: Sendable {
        let counts = Mutex(MetricCounts())
    }
}

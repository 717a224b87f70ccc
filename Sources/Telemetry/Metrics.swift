package import CognitoSync
internal import Glibc
internal import Synchronization

/// Every counter of the gateway, written by all threads and summed when somebody asks.
///
/// A thread writes to the shard that its identity hashes to: with one event loop a core, a lock that is
/// practically its own, taken once for a whole request. Memory is fixed: labels come from closed sets.
package final class Metrics: Sendable {
    private let shards: [Shard]
    let build: BuildInformation
    private let gauges: @Sendable () -> Gauges
    /// A configuration in force was read well, until one is not.
    private let lastReloadSucceeded = Atomic(true)

    /// `gauges` is called at each scrape, on the thread that asked, and must not block.
    package init(
        build: BuildInformation = BuildInformation(),
        gauges: @escaping @Sendable () -> Gauges = { Gauges() }
    ) {
        self.shards = (0..<Self.shardCount).map { _ in Shard() }
        self.build = build
        self.gauges = gauges
    }

    /// Counts a finished request: once each, at its end.
    package func record(_ record: RequestRecord) { self.record(record.tally) }

    package func record(_ request: RequestTally) {
        shard.counts.withLock { $0.record(request) }
    }

    package func count(_ event: MetricEvent) {
        if case .reloaded(let succeeded) = event { lastReloadSucceeded.store(succeeded, ordering: .relaxed) }
        shard.counts.withLock { $0.count(event) }
    }

    /// Counts one call to the service: each attempt, and those that belong to no caller.
    package func recordUpstream(_ operation: OperationName, _ outcome: UpstreamOutcome, nanoseconds: Int64) {
        shard.counts.withLock { $0.recordUpstream(operation, outcome, nanoseconds: nanoseconds) }
    }

    /// The Prometheus text of everything, process figures included.
    package func exposition() -> String {
        let page = MetricsPage(
            counts: snapshot(),
            gauges: gauges(),
            lastReloadSucceeded: lastReloadSucceeded.load(ordering: .relaxed),
            build: build,
            process: .read()
        )
        return page.text
    }

    var currentGauges: Gauges { gauges() }

    func snapshot() -> MetricCounts {
        var sum = MetricCounts()
        for shard in shards { shard.counts.withLock { sum.add($0) } }
        return sum
    }

    /// A power of two, well above the number of threads that serve.
    private static let shardCount = 32

    private var shard: Shard {
        // Thread descriptors lie far apart and aligned: Fibonacci hashing spreads them by their high bits.
        let mixed = UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15
        return shards[Int(truncatingIfNeeded: mixed >> 59)]
    }

    /// A lock with its counters, apart from those of other shards.
    private final class Shard: Sendable {
        let counts = Mutex(MetricCounts())
    }
}

/// The labels of `syncgate_build_info`.
package struct BuildInformation: Sendable, Equatable {
    package var version: String
    package var revision: String
    package var swift: String

    package init(version: String = "0.0.0", revision: String = "unknown", swift: String = "6.3") {
        self.version = version
        self.revision = revision
        self.swift = swift
    }
}

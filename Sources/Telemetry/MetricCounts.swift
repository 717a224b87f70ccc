internal import CognitoSync

/// The counters of one shard, and their sum: plain arrays indexed by labels.
///
/// They wrap at 2^64; nothing here can trap.
struct MetricCounts: Sendable {
    var requests = [UInt64](repeating: 0, count: OperationLabel.count * CodeLabel.count * CacheOutcome.count)
    var durations = HistogramSet(series: OperationLabel.count * CacheOutcome.count)
    var lookups = [UInt64](repeating: 0, count: OperationLabel.count * CacheOutcome.count)
    var throttle = [UInt64](repeating: 0, count: ThrottlePolicy.count * ThrottleOutcome.count)
    var callsAvoided: UInt64 = 0
    var bytesAvoided: UInt64 = 0

    var upstream = [UInt64](repeating: 0, count: OperationLabel.count * UpstreamOutcome.labelCount)
    var upstreamDurations = HistogramSet(series: OperationLabel.count)
    var upstreamThrottled: UInt64 = 0
    var retries = [UInt64](repeating: 0, count: RetryReason.count)

    var refused = [UInt64](repeating: 0, count: RefusalReason.count)
    var revalidations = [UInt64](repeating: 0, count: RevalidationOutcome.count)
    var refreshes = [UInt64](repeating: 0, count: CredentialsSourceName.count * 2)
    /// Failed, succeeded.
    var reloads: [UInt64] = [0, 0]

    mutating func record(_ request: RequestTally) {
        let operation = OperationLabel.index(request.operation)
        let cache = request.cache.position
        let code = CodeLabel.index(request.status)
        requests[(operation * CodeLabel.count + code) * CacheOutcome.count + cache] &+= 1
        durations.observe(series: operation * CacheOutcome.count + cache, nanoseconds: request.nanoseconds)
        if request.cache != .none { lookups[operation * CacheOutcome.count + cache] &+= 1 }
        if request.cache.avoidsUpstream {
            callsAvoided &+= 1
            bytesAvoided &+= UInt64(max(0, request.bytesOut))
        }
        count(.caller, request.throttle.caller)
        count(.identity, request.throttle.identity)
        count(.upstream, request.throttle.upstream)
    }

    private mutating func count(_ policy: ThrottlePolicy, _ outcome: ThrottleOutcome?) {
        guard let outcome else { return }
        throttle[policy.position * ThrottleOutcome.count + outcome.position] &+= 1
    }

    mutating func recordUpstream(_ operation: OperationName, _ outcome: UpstreamOutcome, nanoseconds: Int64) {
        let operation = OperationLabel.index(operation)
        upstream[operation * UpstreamOutcome.labelCount + outcome.index] &+= 1
        upstreamDurations.observe(series: operation, nanoseconds: nanoseconds)
    }

    mutating func count(_ event: MetricEvent) {
        switch event {
        case .refused(let reason): refused[reason.position] &+= 1
        case .revalidated(let outcome): revalidations[outcome.position] &+= 1
        case .retried(let reason): retries[reason.position] &+= 1
        case .upstreamThrottled: upstreamThrottled &+= 1
        case .credentialsRefreshed(let source, let succeeded):
            refreshes[source.position * 2 + (succeeded ? 1 : 0)] &+= 1
        case .reloaded(let succeeded): reloads[succeeded ? 1 : 0] &+= 1
        }
    }

    mutating func add(_ other: Self) {
        requests.add(other.requests)
        durations.add(other.durations)
        lookups.add(other.lookups)
        throttle.add(other.throttle)
        callsAvoided &+= other.callsAvoided
        bytesAvoided &+= other.bytesAvoided
        upstream.add(other.upstream)
        upstreamDurations.add(other.upstreamDurations)
        upstreamThrottled &+= other.upstreamThrottled
        retries.add(other.retries)
        refused.add(other.refused)
        revalidations.add(other.revalidations)
        refreshes.add(other.refreshes)
        reloads.add(other.reloads)
    }
}

/// Enough series of one histogram for all values of its labels.
struct HistogramSet: Sendable {
    /// Upper bounds in nanoseconds: from a quarter of a millisecond, below which a hit lies, to the longest deadline.
    static let bounds: [Int64] = [
        250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// The bounds in seconds, as the text format wants them.
    static let boundLabels = bounds.map { PrometheusText.number(Double($0) / 1e9) }

    /// For each series: one cell a bucket, one for what is above all bounds, and the sum in nanoseconds.
    private static let stride = bounds.count + 2
    private var cells: [UInt64]

    init(series: Int) { cells = [UInt64](repeating: 0, count: series * Self.stride) }

    mutating func observe(series: Int, nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        let bucket = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        cells[series * Self.stride + bucket] &+= 1
        cells[series * Self.stride + Self.bounds.count + 1] &+= UInt64(nanoseconds)
    }

    mutating func add(_ other: Self) { cells.add(other.cells) }

    /// The counts of a series up to and including each bound, the total, and the sum in seconds; nil if it is empty.
    func series(_ series: Int) -> (cumulative: [UInt64], total: UInt64, seconds: Double)? {
        let base = series * Self.stride
        var total: UInt64 = 0
        let cumulative = Self.bounds.indices.map { bucket in
            total &+= cells[base + bucket]
            return total
        }
        total &+= cells[base + Self.bounds.count]
        guard total > 0 else { return nil }
        return (cumulative, total, Double(cells[base + Self.bounds.count + 1]) / 1e9)
    }
}

extension [UInt64] {
    fileprivate mutating func add(_ other: Self) {
        for index in indices where index < other.count { self[index] &+= other[index] }
    }
}

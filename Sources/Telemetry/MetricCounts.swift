internal import CognitoSync
internal import CredentialSources

/// The counters of one shard, or of all shards together: plain arrays, indexed by labels.
///
/// They wrap at 2^64; nothing here can trap. ``MetricFamily`` gives them their names.
struct MetricCounts: Sendable {
    var requests = [UInt64](repeating: 0, count: OperationLabel.count * CodeLabel.count * CacheOutcome.count)
    var durations = HistogramSet(series: OperationLabel.count * CacheOutcome.count)
    var lookups = [UInt64](repeating: 0, count: OperationLabel.count * CacheOutcome.count)
    var throttle = [UInt64](repeating: 0, count: ThrottlePolicy.count * ThrottleOutcome.count)
    var requestsAvoided: UInt64 = 0
    var bytesAvoided: UInt64 = 0

    var upstream = [UInt64](repeating: 0, count: OperationLabel.count * UpstreamOutcome.labelCount)
    var upstreamDurations = HistogramSet(series: OperationLabel.count)
    var upstreamThrottled: UInt64 = 0
    var retries = [UInt64](repeating: 0, count: RetryReason.count)

    var refused = [UInt64](repeating: 0, count: RefusalReason.count)
    var revalidations = [UInt64](repeating: 0, count: RevalidationOutcome.count)
    var failures = [UInt64](repeating: 0, count: FailureReason.count)
    /// The failed refreshes of a source, then its successful ones; last those of no single source.
    var refreshes = [UInt64](repeating: 0, count: CredentialsSourceName.count * 2)
    /// The failed reloads, then the successful ones.
    var reloads: [UInt64] = [0, 0]
    var sessionTokens = [UInt64](repeating: 0, count: SessionTokenOutcome.count)
    var writeOutcomes = [UInt64](repeating: 0, count: InquiredWriteOutcome.count)

    /// Counts a finished request.
    mutating func record(_ request: RequestTally) {
        let operation = OperationLabel.index(request.operation)
        let cache = request.cache.position
        let code = CodeLabel.index(request.status)
        requests[(operation * CodeLabel.count + code) * CacheOutcome.count + cache] &+= 1
        durations.observe(series: operation * CacheOutcome.count + cache, nanoseconds: request.nanoseconds)
        if request.cache != .none { lookups[operation * CacheOutcome.count + cache] &+= 1 }
        if request.cache.avoidsUpstream {
            requestsAvoided &+= 1
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

    /// Counts an attempt.
    mutating func recordUpstream(_ operation: OperationName, _ outcome: UpstreamOutcome, nanoseconds: Int64) {
        let operation = OperationLabel.index(operation)
        upstream[operation * UpstreamOutcome.labelCount + outcome.index] &+= 1
        upstreamDurations.observe(series: operation, nanoseconds: nanoseconds)
    }

    mutating func count(_ event: MetricEvent) {
        switch event {
        case .refused(let reason):
            refused[reason.position] &+= 1
            // Upstream had no room for it: one event for both families, since a flood brings many.
            if reason == .inFlight { failures[FailureReason.queue.position] &+= 1 }
        case .throttleDecided(let facts):
            for policy in ThrottlePolicy.allCases { count(policy, facts[policy]) }
        case .revalidated(let outcome): revalidations[outcome.position] &+= 1
        case .retried(let reason): retries[reason.position] &+= 1
        case .upstreamThrottled: upstreamThrottled &+= 1
        case .credentialsRefreshed(let source, let succeeded):
            refreshes[source.position * 2 + (succeeded ? 1 : 0)] &+= 1
        case .upstreamFailed(let reason): failures[reason.position] &+= 1
        case .reloaded(let succeeded): reloads[succeeded ? 1 : 0] &+= 1
        case .sessionToken(let outcome): sessionTokens[outcome.position] &+= 1
        case .writeOutcome(let outcome): writeOutcomes[outcome.position] &+= 1
        }
    }

    /// Adds the counters of another shard.
    mutating func add(_ other: Self) {
        requests.add(other.requests)
        durations.add(other.durations)
        lookups.add(other.lookups)
        throttle.add(other.throttle)
        requestsAvoided &+= other.requestsAvoided
        bytesAvoided &+= other.bytesAvoided
        upstream.add(other.upstream)
        upstreamDurations.add(other.upstreamDurations)
        upstreamThrottled &+= other.upstreamThrottled
        retries.add(other.retries)
        refused.add(other.refused)
        revalidations.add(other.revalidations)
        failures.add(other.failures)
        refreshes.add(other.refreshes)
        reloads.add(other.reloads)
        sessionTokens.add(other.sessionTokens)
        writeOutcomes.add(other.writeOutcomes)
    }
}

extension [UInt64] {
    /// Adds another array of the same length, element by element.
    mutating func add(_ other: Self) {
        for index in indices where index < other.count { self[index] &+= other[index] }
    }
}

import CognitoSync
package import GatewayConfiguration
import Policy
import Serving
import Synchronization
import Telemetry

extension Service {
    /// The configuration as the parts that are built from it have it.
    ///
    /// It is put together from these parts, not from the configuration in force. So a part that a reload forgets shows
    /// its old value.
    package var configurationOfParts: Configuration {
        var found = currentRuntime.value.configuration
        found.workers = startConfiguration.workers
        let binding = state.withLock { $0.binding }
        (found.upstream, found.credentials) = (
            binding.configuration.upstream, binding.configuration.credentials
        )
        let (wanted, old) = (found.throttle, startConfiguration.throttle)
        found.throttle.keys = admission.callers.bounds.capacity
        if admission.callers.bounds.rate != wanted.callerRate { found.throttle.caller = old.caller }
        if admission.identities.bounds.rate != wanted.identityRate { found.throttle.identity = old.identity }
        if admission.upstream.bounds.rate != wanted.upstreamRate { found.throttle.upstream = old.upstream }
        found.throttle.caller.key = admission.callerKey.load(ordering: .relaxed)
        found.throttle.identity.key = admission.identityKey.load(ordering: .relaxed)
        found.limits.inFlight = admission.concurrency.total
        if let server = state.withLock({ $0.server }) { found.timeouts.write = server.timeouts.writeStall }
        addCaches(to: &found.cache)
        (found.log.level, found.log.format) = (logSettings.value.level, logSettings.value.format)
        return found
    }

    private func addCaches(to cache: inout Configuration.Cache) {
        let (records, metadata) = (recordsCache.shardLimits, metadataCache.shardLimits)
        cache.memory = records.reduce(0) { $0 &+ $1.bytes } &+ metadata.reduce(0) { $0 &+ $1.bytes }
        if let limits = records.last {
            cache.fresh = .nanoseconds(limits.fresh)
            cache.absent = .nanoseconds(limits.absent)
            cache.staleWhileRevalidate = .nanoseconds(limits.staleWhileRevalidate)
            cache.staleIfError = .nanoseconds(limits.staleIfError)
            cache.identityCheck = .nanoseconds(limits.identityCheck)
            cache.pagination = .nanoseconds(limits.pagination)
            cache.listingTombstones = limits.listsTombstones ? .yes : .no
            cache.tokens.session = limits.keepsOriginTokens ? .upstream : .own
        }
        if let limits = metadata.last {
            func lifetime(_ operation: OperationName) -> Duration {
                .nanoseconds(limits.lifetimes[operation] ?? 0)
            }
            cache.reads.describeDataset = lifetime(.describeDataset)
            cache.reads.listDatasets = lifetime(.listDatasets)
            cache.reads.describeIdentityUsage = lifetime(.describeIdentityUsage)
            cache.reads.describeIdentityPoolUsage = lifetime(.describeIdentityPoolUsage)
            cache.reads.listIdentityPoolUsage = lifetime(.listIdentityPoolUsage)
            cache.reads.getIdentityPoolConfiguration = lifetime(.getIdentityPoolConfiguration)
            cache.reads.getCognitoEvents = lifetime(.getCognitoEvents)
            cache.reads.getBulkPublishDetails = lifetime(.getBulkPublishDetails)
        }
    }
}

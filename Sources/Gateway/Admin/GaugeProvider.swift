import Policy
import Serving
import Synchronization
import Upstream

/// Reads the levels of a service at a scrape; the metrics are there before the service is.
final class GaugeProvider: Sendable {
    private struct Weak: Sendable {
        weak let service: Service?
    }

    private let source = Mutex<Weak?>(nil)

    func attach(_ service: Service) { source.withLock { $0 = Weak(service: service) } }

    func read() -> Gauges { source.withLock { $0?.service }?.gauges ?? Gauges() }
}

extension Service {
    var gauges: Gauges {
        var gauges = Gauges()
        let (link, server) = state.withLock { ($0.link, $0.server) }
        let connections = server?.statistics()
        gauges.requestsInFlight = admission.inFlight
        gauges.connectionsActive = connections?.active ?? 0
        gauges.connectionsIdle = connections?.idle ?? 0
        gauges.refused = connections?.refused ?? [:]
        let cache = reads.statistics + metadataCache.statistics
        gauges.cacheEntries = cache.pages
        gauges.cacheBytes = cache.bytes
        gauges.cacheLimitBytes = currentRuntime.value.configuration.cache.memory
        gauges.cacheEvictions = cache.evictions
        gauges.cacheFencedFills = cache.fencedFills
        gauges.cacheInvalidations = cache.invalidated
        let upstream = link.client.statistics()
        gauges.upstreamConnections = upstream.openConnections
        gauges.upstreamConnects = upstream.connects
        let keys = admission.keyCounts
        gauges.throttleKeysCaller = keys.caller
        gauges.throttleKeysIdentity = keys.identity
        gauges.throttleKeysUpstream = keys.upstream
        gauges.credentialsExpiry = link.watch.expiration
        gauges.clockSkewSeconds = Double(link.forwarder.clockSkew)
        gauges.logLinesDropped = writer.dropped
        return gauges
    }
}

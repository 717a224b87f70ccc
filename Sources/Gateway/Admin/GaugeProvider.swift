import GatewayConfiguration
import Policy
import Serving
import Synchronization
import Telemetry
import Upstream

/// The gauges of a service, read at each scrape.
///
/// The metrics are built before the service, which attaches itself.
final class GaugeProvider: Sendable {
    private struct Weak: Sendable {
        weak let service: Service?
    }

    private let attached = Mutex<Weak?>(nil)

    func attach(_ service: Service) { attached.withLock { $0 = Weak(service: service) } }

    /// Returns the gauges of the attached service; all zero before one is attached, and after its end.
    func read() -> Gauges { attached.withLock { $0?.service }?.gauges ?? Gauges() }
}

extension Service {
    var gauges: Gauges {
        var gauges = Gauges()
        let (binding, server) = state.withLock { ($0.binding, $0.server) }
        let connections = server?.statistics()
        gauges.requestsInFlight = admission.inFlight
        gauges.connectionsActive = connections?.active ?? 0
        gauges.connectionsIdle = connections?.idle ?? 0
        gauges.refused = connections?.refused ?? [:]
        gauges.bytesHeld = connections?.bytes ?? 0
        let cache = recordsCache.statistics + metadataCache.statistics
        gauges.cacheEntries = cache.pages
        gauges.cacheBytes = cache.bytes
        gauges.cacheLimitBytes = currentRuntime.value.configuration.cache.memory
        gauges.cacheEvictions = cache.evictions
        gauges.cacheFencedFills = cache.fencedFills
        gauges.cacheInvalidations = cache.invalidated
        let upstream = binding.client.statistics()
        gauges.upstreamConnections = upstream.openConnections
        gauges.upstreamConnects = upstream.connects
        let keys = admission.keyCounts
        gauges.throttleKeysCaller = keys.caller
        gauges.throttleKeysIdentity = keys.identity
        gauges.throttleKeysUpstream = keys.upstream
        gauges.credentialsExpiry = binding.credentialsStatus.expiration
        gauges.clockSkewSeconds = Double(binding.forwarder.clockSkew)
        gauges.logLinesDropped = writer.dropped
        return gauges
    }
}

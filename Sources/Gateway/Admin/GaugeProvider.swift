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
        let (binding, server, admin) = state.withLock { ($0.binding, $0.server, $0.admin) }
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
        gauges.circuit = binding.forwarder.circuit
        gauges.pacing = binding.forwarder.pacer?.gauges ?? []
        gauges.checks = checks.map { Gauges.Check($0.name, isPassing: $0.isPassing) }
        gauges.callers = admission.accounts.all.map { account in
            Gauges.NamedCaller(
                name: account.name,
                inFlight: account.inFlight,
                requests: CallerAccount.Outcome.allCases.map { ($0.rawValue, account.count(of: $0)) }
            )
        }
        let keys = admission.keyCounts
        gauges.throttleKeysCaller = keys.caller
        gauges.throttleKeysIdentity = keys.identity
        gauges.throttleKeysUpstream = keys.upstream
        gauges.credentialsExpiry = binding.credentialsStatus.expiration
        gauges.clockSkewSeconds = Double(binding.forwarder.clockSkew)
        gauges.logLinesDropped = writer.dropped
        gauges.pendingRestart = pendingKeys.count
        gauges.addTLS(of: server, CertificateRole.listen, .listenClientCA, .listenClientCRL)
        gauges.addTLS(of: admin, CertificateRole.admin, .adminClientCA, .adminClientCRL)
        return gauges
    }
}

extension Gauges {
    /// Adds the handshakes of a listener, and the ends of its files under their roles.
    fileprivate mutating func addTLS(
        of server: HTTPServer?,
        _ certificate: CertificateRole,
        _ authorities: CertificateRole,
        _ lists: CertificateRole
    ) {
        guard let server else { return }
        handshakes.merge(server.statistics().handshakes) { $0 &+ $1 }
        for period in server.periods {
            switch period.part {
            case .certificate, .key: certificateExpiries[certificate] = period.end
            case .callerAuthorities: certificateExpiries[authorities] = period.end
            case .revocationLists: certificateExpiries[lists] = period.end
            }
        }
    }
}

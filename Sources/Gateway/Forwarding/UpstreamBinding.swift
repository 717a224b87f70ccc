import CognitoSync
import CredentialSources
import GatewayConfiguration
import Messages
import SigV4
import Telemetry
import Upstream

/// The HTTP client, the credentials and the forwarder for the upstream of one configuration.
///
/// A reload makes a new one, so that files are read again. Where the upstream is the same, the HTTP client
/// stays. Otherwise it ends after the requests that it has.
struct UpstreamBinding: Sendable {
    let configuration: Configuration
    let client: UpstreamClient
    let credentialsStatus: CredentialsStatus
    let forwarder: Forwarder
    private let credentials: CredentialsProvider
    /// The credentials of pools that have a role of their own.
    private let roles: [IdentityPoolID: PoolCredentials.Role]

    init(
        _ configuration: Configuration,
        search: CredentialSearch,
        credentialsStatus: CredentialsStatus,
        clock: GatewayClock,
        metrics: Metrics,
        meter: any UpstreamMeter,
        succeeding old: Self? = nil
    ) throws(ServiceError) {
        let upstream = configuration.upstream
        guard let origin = Origin(upstream.origin) else {
            let message = "'\(upstream.origin)' is not a URL; write http://host:port"
            throw .configuration([
                ConfigurationProblem(location: .standard(key: "upstream.endpoint"), message: message)
            ])
        }
        if let old, old.configuration.upstream == upstream {
            client = old.client
        } else {
            client = try Self.upstreamClient(for: origin, upstream)
        }
        self.configuration = configuration
        self.credentialsStatus = credentialsStatus
        // A source that fails at the moment of a reload must not take good credentials away.
        let former = old.flatMap { $0.configuration.credentials == configuration.credentials ? $0 : nil }
        if let former { credentialsStatus.adopt(former.credentialsStatus) }
        roles = Self.providers(
            of: search.roles,
            configuration,
            credentialsStatus,
            clock,
            succeeding: former?.roles ?? [:]
        )
        credentials = CredentialsProvider(
            chain: search.standard,
            succeeding: former?.credentials,
            deadline: Self.deadline(configuration),
            now: { clock.wall() / 1_000_000_000 },
            report: { credentialsStatus.record($0) }
        )
        forwarder = Forwarder(
            sender: client,
            host: origin.authority,
            signer: Signer(region: upstream.region, service: "cognito-sync"),
            credentials: PoolCredentials(credentials, byPool: roles),
            clock: clock,
            total: upstream.timeouts.total,
            metrics: metrics,
            meter: meter,
            failures: credentialsStatus.failures,
            pacer: Self.pacer(configuration, roles: search.roles.count, clock: clock, succeeding: old)
        )
    }

    /// Returns the pacing of the same region and credentials, which a reload does not make forget, or a new one.
    private static func pacer(
        _ configuration: Configuration,
        roles: Int,
        clock: GatewayClock,
        succeeding old: Self?
    ) -> Pacer? {
        guard configuration.upstream.pacing == .adaptive else { return nil }
        if let old, let pacer = old.forwarder.pacer, !old.isForeign(to: configuration) { return pacer }
        return Pacer(roles: roles, clock: clock)
    }

    /// Starts to load the credentials, so that readiness is true before the first request, and renews them ahead.
    ///
    /// Those of a former binding are in use meanwhile. Those of a role are loaded when they are first needed.
    func loadCredentials() {
        let credentials = credentials
        // The task ends at the deadline of the load.
        Task { _ = try? await credentials.current() }
        credentials.renewAhead()
        for role in forwarder.credentials.roles { role.provider.renewAhead() }
    }

    /// Returns one provider for each role; all pools of a role share it.
    private static func providers(
        of roles: [CredentialSearch.Role],
        _ configuration: Configuration,
        _ status: CredentialsStatus,
        _ clock: GatewayClock,
        succeeding old: [IdentityPoolID: PoolCredentials.Role]
    ) -> [IdentityPoolID: PoolCredentials.Role] {
        var providers: [IdentityPoolID: PoolCredentials.Role] = [:]
        for (index, role) in roles.enumerated() {
            let provider = CredentialsProvider(
                chain: role.chain,
                succeeding: role.pools.first.flatMap { old[$0]?.provider },
                deadline: deadline(configuration),
                now: { clock.wall() / 1_000_000_000 },
                report: { status.recordRole($0, number: index + 1) }
            )
            let numbered = PoolCredentials.Role(provider: provider, number: index + 1)
            for pool in role.pools { providers[pool] = numbered }
        }
        return providers
    }

    /// Returns the time limit of a load: that of a process, and of the requests to STS and metadata services.
    private static func deadline(_ configuration: Configuration) -> Duration {
        configuration.credentials.process.timeout + .seconds(15)
    }

    static func upstreamClient(
        for origin: Origin,
        _ upstream: Configuration.Upstream
    ) throws(ServiceError) -> UpstreamClient {
        var configuration = UpstreamConfiguration(origin: origin)
        configuration.connections = upstream.connections
        configuration.maximumQueue = upstream.queue
        configuration.maximumBody = upstream.body
        configuration.idle = upstream.idle
        configuration.maximumAge = upstream.maxAge
        configuration.connect = upstream.timeouts.connect
        configuration.firstByte = upstream.timeouts.firstByte
        configuration.total = upstream.timeouts.total
        configuration.caFile = upstream.caFile
        configuration.proxy = upstream.proxy
        // The names of AWS never resolve to a private address. A configured endpoint may.
        configuration.allowsPrivateAddresses = upstream.endpoint != nil
        do {
            return try UpstreamClient(configuration)
        } catch {
            throw .failed("the upstream client cannot start: \(error.detail)")
        }
    }

    /// Returns whether the responses of this upstream are not those of the upstream of another configuration.
    func isForeign(to other: Configuration) -> Bool {
        configuration.upstream.origin != other.upstream.origin
            || configuration.upstream.region != other.upstream.region
            || configuration.credentials != other.credentials
    }

    /// Ends the HTTP client after the time that its last request may take.
    func retire() {
        let client = client
        let grace = configuration.upstream.timeouts.total + .seconds(1)
        // The task ends after the grace, and the thread of the client with it.
        Task {
            try? await Task.sleep(for: grace)
            await client.stop()
        }
    }
}

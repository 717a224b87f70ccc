import CognitoSync
import SigV4
import Upstream

/// What forwards to the origin that a configuration names: the client, the credentials, and who signs.
///
/// A reload makes a new one, so that files are read anew; the client goes on where the origin is the same, and
/// otherwise ends when the calls that it has are over.
struct UpstreamBinding: Sendable {
    let configuration: Configuration
    let client: UpstreamClient
    let watch: CredentialsStatus
    let forwarder: Forwarder

    init(
        _ configuration: Configuration,
        chain: CredentialsChain,
        watch: CredentialsStatus,
        clock: GatewayClock,
        metrics: Metrics,
        succeeding old: Self? = nil
    ) throws(ServiceError) {
        let upstream = configuration.upstream
        guard let origin = Origin(upstream.origin) else {
            let message = "is no origin: '\(upstream.origin)'"
            throw .configuration([
                ConfigurationProblem(location: .standard(key: "upstream.endpoint"), message: message)
            ])
        }
        if let old, old.configuration.upstream == upstream {
            client = old.client
        } else {
            client = try Self.client(for: origin, upstream)
        }
        self.configuration = configuration
        self.watch = watch
        let credentials = CredentialsProvider(
            chain: chain,
            now: { clock.wall() / 1_000_000_000 },
            report: { watch.record($0) }
        )
        // Loaded before the first request asks, so that readiness tells the truth; ends at the load's deadline.
        Task { _ = try? await credentials.current() }
        forwarder = Forwarder(
            origin: client,
            host: origin.authority,
            signer: Signer(region: upstream.region, service: "cognito-sync"),
            credentials: credentials,
            clock: clock,
            total: upstream.timeouts.total,
            metrics: metrics
        )
    }

    private static func client(
        for origin: Origin,
        _ upstream: Configuration.Upstream
    ) throws(ServiceError) -> UpstreamClient {
        var runtime = UpstreamConfiguration(origin: origin)
        runtime.connections = upstream.connections
        runtime.maximumQueue = upstream.queue
        runtime.maximumBody = upstream.body
        runtime.idle = upstream.idle
        runtime.maximumAge = upstream.maxAge
        runtime.connect = upstream.timeouts.connect
        runtime.firstByte = upstream.timeouts.firstByte
        runtime.total = upstream.timeouts.total
        runtime.caFile = upstream.caFile
        runtime.proxy = upstream.proxy
        // AWS's own names never resolve to a private address; an endpoint that somebody wrote down may.
        runtime.allowsPrivateAddresses = upstream.endpoint != nil
        do {
            return try UpstreamClient(runtime)
        } catch {
            throw .failed("the upstream client cannot start: \(error.detail)")
        }
    }

    /// Whether what was cached from this origin is not the other's.
    func isForeign(to other: Configuration) -> Bool {
        configuration.upstream.origin != other.upstream.origin
            || configuration.upstream.region != other.upstream.region
            || configuration.credentials != other.credentials
    }

    /// Ends the client once every call that it may have has had its time.
    func retire() {
        let client = client
        let grace = configuration.upstream.timeouts.total + .seconds(1)
        // Ends by itself after the grace; the client's thread ends with it.
        Task {
            try? await Task.sleep(for: grace)
            await client.stop()
        }
    }
}

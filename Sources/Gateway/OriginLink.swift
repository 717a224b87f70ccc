import CognitoSync
import SigV4
import Upstream

/// What forwards to the origin that a configuration names: the client, its credentials, and who signs.
///
/// A reload that changes the origin makes a new one; the old one ends when the calls that it has are over.
struct OriginLink: Sendable {
    let configuration: Configuration
    let client: UpstreamClient
    let credentials: CredentialsProvider
    let forwarder: Forwarder

    init(
        _ configuration: Configuration,
        credentials: CredentialsProvider,
        clock: GatewayClock,
        metrics: Metrics
    ) throws(ServiceError) {
        let upstream = configuration.upstream
        guard let origin = Origin(upstream.origin) else {
            throw .configuration([
                ConfigurationProblem(
                    place: .standard(key: "upstream.endpoint"),
                    message: "is no origin: '\(upstream.origin)'"
                )
            ])
        }
        var settings = UpstreamConfiguration(origin: origin)
        settings.connections = upstream.connections
        settings.maximumQueue = upstream.queue
        settings.maximumBody = upstream.body
        settings.idle = upstream.idle
        settings.maximumAge = upstream.maxAge
        settings.connect = upstream.timeouts.connect
        settings.firstByte = upstream.timeouts.firstByte
        settings.total = upstream.timeouts.total
        settings.caFile = upstream.caFile
        settings.proxy = upstream.proxy
        // AWS's own names never resolve to a private address; an endpoint that somebody wrote down may.
        settings.allowsPrivateAddresses = upstream.endpoint != nil
        do throws(UpstreamError) {
            client = try UpstreamClient(settings)
        } catch {
            throw .failed("the upstream client cannot start: \(error.detail)")
        }
        self.configuration = configuration
        self.credentials = credentials
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

    /// Whether the new configuration reaches the same origin in the same way.
    func serves(_ other: Configuration) -> Bool {
        configuration.upstream == other.upstream && configuration.credentials == other.credentials
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

import HTTPTypes
import Messages
import NIOCore

/// The settings of a server that a reload replaces.
///
/// A connection has those that were in force when it was accepted, until it ends.
final class ConnectionConfiguration: Sendable {
    let limits: ServerLimits
    let timeouts: ConnectionDeadlines.Timeouts
    let configuredTimeouts: ServerTimeouts
    /// The certificate and the authorities of a listener that speaks TLS.
    let tls: TLSIdentity?
    let hops: HopPolicy?
    let healthPath: String?

    init(_ configuration: ServerConfiguration, tls: TLSIdentity?) {
        limits = configuration.limits
        timeouts = ConnectionDeadlines.Timeouts(configuration.timeouts)
        configuredTimeouts = configuration.timeouts
        hops = configuration.hops
        healthPath = configuration.healthPath
        self.tls = tls
    }

    /// Returns whether a request is that of a load balancer that looks after this server.
    func isHealthCheck(_ request: Request) -> Bool {
        guard let healthPath, request.head.path == healthPath else { return false }
        return request.head.method == .get || request.head.method == .head
    }

    /// Returns whether a plain GET is such a request.
    func isHealthCheck(_ request: FastPathRequest) -> Bool {
        guard let healthPath else { return false }
        return request.target.buffer.readableBytesUInt8Span.equals(healthPath)
    }

    /// Whether the fast path sends large bodies without a copy.
    ///
    /// With TLS it needs one, which the regular path charges to the budget first.
    var sharesBodies: Bool { tls == nil || limits.bytes == nil }
}

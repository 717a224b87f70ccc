/// The settings of a server that a reload replaces.
///
/// A connection has those that were in force when it was accepted, until it ends.
final class ConnectionConfiguration: Sendable {
    let limits: ServerLimits
    let timeouts: ConnectionDeadlines.Timeouts
    let configuredTimeouts: ServerTimeouts
    /// The certificate and the authorities of a listener that speaks TLS.
    let tls: TLSIdentity?

    init(_ configuration: ServerConfiguration, tls: TLSIdentity?) {
        limits = configuration.limits
        timeouts = ConnectionDeadlines.Timeouts(configuration.timeouts)
        configuredTimeouts = configuration.timeouts
        self.tls = tls
    }

    /// Whether the fast path sends large bodies without a copy.
    ///
    /// With TLS it needs one, which the regular path charges to the budget first.
    var sharesBodies: Bool { tls == nil || limits.bytes == nil }
}

package import Messages

/// A request to a service that gives credentials, such as a container agent, STS or SSO, or to an issuer of tokens.
package struct EndpointRequest: Sendable {
    package var origin: Origin
    /// The request; where it has no host, the sender sets it.
    package var request: Request
    /// The time limit of name resolution, connect and TLS together.
    package var connect: Duration
    /// The time limit of the whole request.
    package var total: Duration
    /// The PEM file of the certificates to trust; nil for those of the system.
    package var caFile: String?
    /// The largest response body in bytes.
    package var maximumBody = EndpointSender.maximumBody

    package init(
        origin: Origin,
        request: Request,
        connect: Duration = .seconds(1),
        total: Duration = .seconds(2),
        caFile: String? = nil
    ) {
        self.origin = origin
        self.request = request
        self.connect = connect
        self.total = total
        self.caFile = caFile
    }
}

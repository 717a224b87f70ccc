package import Messages

/// A request to a service that gives credentials: a container agent, the instance metadata service, STS or SSO.
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

package import Messages

/// The address of the upstream, and the limits of connections, times and responses.
package struct UpstreamConfiguration: Sendable {
    package var origin: Origin

    /// The maximum number of connections, and so of requests in progress.
    ///
    /// Requests beyond it wait.
    package var connections = 64
    /// The maximum number of requests that wait.
    ///
    /// The next is refused at once with `.unavailable`.
    package var maximumQueue = 1024
    /// The idle time after which a connection is closed.
    package var idle: Duration = .seconds(40)
    /// The age from which on a connection is not used again, and closed once it is idle.
    package var maximumAge: Duration = .seconds(300)

    /// The time limit of name resolution, connect and TLS together.
    package var connect: Duration = .seconds(1)
    /// The time limit from the sending of the request to the first whole line of the response.
    package var firstByte: Duration = .seconds(5)
    /// The time limit from `send` to the whole response, the wait for a connection included.
    package var total: Duration = .seconds(10)

    package var maximumBody = 8 << 20
    /// The maximum size of all lines of a response head, with its interim heads and trailers.
    package var maximumHead = 32 << 10
    package var maximumFields = 100

    /// The PEM file of the certificates to trust; nil for those of the system.
    package var caFile: String?
    /// The URL of a proxy to tunnel through; nil for none, regardless of the environment.
    package var proxy: String?
    /// The path of a Unix socket to connect to in place of the host; nil for none.
    package var unixSocket: String?
    /// Whether the name of the upstream may resolve to a loopback, private or otherwise not public address.
    ///
    /// An address that the configuration itself gives is always allowed. Otherwise link-local addresses, such
    /// as that of the instance metadata service, are never allowed.
    package var allowsPrivateAddresses = false

    package init(origin: Origin) {
        self.origin = origin
    }
}

/// The connections and requests of a client at one moment.
package struct UpstreamStatistics: Sendable, Equatable {
    package var openConnections = 0
    /// The number of connections made in the life of the client.
    package var connects = 0
    /// The number of requests in progress, each with a connection or about to get one.
    package var inFlight = 0
    /// The number of requests that wait for a connection.
    package var queued = 0

    package init(openConnections: Int = 0, connects: Int = 0, inFlight: Int = 0, queued: Int = 0) {
        self.openConnections = openConnections
        self.connects = connects
        self.inFlight = inFlight
        self.queued = queued
    }
}

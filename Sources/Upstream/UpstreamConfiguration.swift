/// How to reach the origin, and what an answer may cost.
package struct UpstreamConfiguration: Sendable {
    package var origin: Origin

    /// Connections, and so calls at work, at once; those beyond it wait.
    package var connections = 64
    /// Calls that may wait for their turn; the next is refused at once with `.unavailable`.
    package var maximumQueue = 1024
    /// How long a connection may have been idle to be used again; whole seconds, rounded up.
    package var idle: Duration = .seconds(40)
    /// How old a connection may be to be used again; whole seconds, rounded up.
    package var maximumAge: Duration = .seconds(300)

    /// Name resolution, connect and TLS together.
    package var connect: Duration = .seconds(1)
    /// From the moment the request goes out to the first whole line of the answer.
    package var firstByte: Duration = .seconds(5)
    /// From `send` to the whole answer, the wait for a connection included.
    package var total: Duration = .seconds(10)

    package var maximumBody = 8 << 20
    /// All lines of an answer's head (and of its interim heads and trailers) together.
    package var maximumHead = 32 << 10
    package var maximumFields = 100

    /// The certificates to trust, PEM; nil: the system's.
    package var caFile: String?
    /// A proxy to tunnel through, as a URL; nil: none, whatever the environment says.
    package var proxy: String?
    /// Whether the origin's name may resolve to a loopback, private or otherwise not public address.
    ///
    /// An address that the configuration itself spells out is always allowed. Link-local addresses, where the
    /// instance metadata service lives, are never allowed otherwise.
    package var allowsPrivateAddresses = false

    package init(origin: Origin) {
        self.origin = origin
    }
}

/// What a client has open and under way at the moment.
package struct UpstreamStatistics: Sendable, Equatable {
    package var openConnections = 0
    /// Connections made since the client was.
    package var connects = 0
    /// Calls at work, each with a connection of its own or on the way to one.
    package var inFlight = 0
    /// Calls that wait for their turn.
    package var queued = 0

    package init(openConnections: Int = 0, connects: Int = 0, inFlight: Int = 0, queued: Int = 0) {
        self.openConnections = openConnections
        self.connects = connects
        self.inFlight = inFlight
        self.queued = queued
    }
}

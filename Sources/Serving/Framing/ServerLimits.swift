/// The limits of a server; sizes are in bytes, and each limit is the largest accepted value.
package struct ServerLimits: Sendable, Equatable {
    /// The size of the request target alone, without method and version.
    package var target = 8 << 10
    /// The size of a field line, without its CR LF.
    package var field = 8 << 10
    /// The size of the whole head, from the first byte of the request line through the empty line.
    package var head = 32 << 10
    /// The number of field lines of a head, and of a trailer section.
    package var fields = 100
    /// The size of a body, without the framing of its chunks.
    package var body = 4 << 20
    /// The size of all request bodies and unsent responses together; nil for no bound.
    package var bytes: Int?
    /// The number of open connections.
    package var connections = 4096
    /// The number of open connections of one caller (``CallerNetwork``); those of a Unix socket are not counted.
    package var connectionsPerPeer = 512
    /// The number of requests of one connection; nil for no bound.
    package var requestsPerConnection: Int?
    /// The number of connections that are being refused at the same time; more are closed without a response.
    package var refusedConnections = 256
    /// The number of accepted connections that are neither admitted nor refused yet.
    package var undecidedConnections = 256

    package init() {}
}

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
    /// The number of open connections.
    package var connections = 4096
    /// The number of open connections of one address; connections of a Unix socket are not counted.
    package var connectionsPerPeer = 512

    package init() {}
}

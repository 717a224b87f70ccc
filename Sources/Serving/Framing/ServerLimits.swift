/// How much a server takes; sizes in bytes, each the largest that is still accepted.
package struct ServerLimits: Sendable, Equatable {
    /// The request target alone, without method and version.
    package var target = 8 << 10
    /// One field line, without its CRLF.
    package var field = 8 << 10
    /// The whole head, from the first byte of the request line through the empty line.
    package var head = 32 << 10
    /// Field lines of a head, and of a trailer section.
    package var fields = 100
    package var body = 4 << 20
    package var connections = 4096
    /// Connections of one address; those of a Unix socket are all of one peer and are not counted so.
    package var connectionsPerPeer = 512

    package init() {}
}

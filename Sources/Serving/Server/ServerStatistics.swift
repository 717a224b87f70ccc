/// The connections of a server at one moment, and its counts since the start.
package struct ServerStatistics: Sendable, Equatable {
    /// The number of connections that are admitted and not yet closed.
    package var open = 0
    /// The number of open connections that have a request in work, or a response on its way out.
    package var active = 0
    /// The number of open connections that have neither.
    package var idle: Int { max(0, open - active) }
    /// The number of connections accepted from the system, refused ones included.
    package var accepted = 0
    /// The refusals by reason; `.overloaded` and `.draining` count connections, the others requests.
    package var refused: [Refusal: Int] = [:]
    /// The number of connections cut because the caller read nothing of its response for too long.
    package var stalled = 0
    /// The ended TLS handshakes by outcome.
    package var handshakes: [HandshakeOutcome: Int] = [:]
    /// The number of TLS handshakes that failed or took too long.
    package var failedHandshakes: Int {
        handshakes.reduce(0) { $1.key == .completed ? $0 : $0 + $1.value }
    }
    /// The bytes that are charged to the bound on bytes.
    package var bytes = 0

    package init() {}
}

/// What a server has at a moment, and what it has seen since it started.
package struct ServerStatistics: Sendable, Equatable {
    /// Connections admitted and not yet gone.
    package var open = 0
    /// Of those, the ones with a request in work or an answer on its way out.
    package var active = 0
    /// The rest of the open ones.
    package var idle: Int { max(0, open - active) }
    /// Connections accepted from the system, refused ones too.
    package var accepted = 0
    /// Refusals by reason; `.overloaded` and `.draining` are connections, the others requests.
    package var refused: [Refusal: Int] = [:]
    /// Connections cut because the client took nothing of its answer for too long.
    package var stalled = 0
    /// TLS handshakes that failed or took too long.
    package var failedHandshakes = 0

    package init() {}
}

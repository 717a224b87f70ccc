/// Why an upstream call gave no whole, well-formed answer.
package struct UpstreamError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Name resolution, connect or TLS failed.
        case unreachable
        case timedOut
        /// The connection ended before the answer was whole.
        case cut
        /// What came is not a well-formed HTTP answer, or one that nobody asked for (a redirect is passed on, an
        /// encoded body is not).
        case malformed
        case tooLarge
        case cancelled
        /// The client is stopped, or its queue is full.
        case unavailable
    }

    /// How far the call got: what may be repeated without doing a write twice.
    package enum Phase: Sendable, Equatable {
        /// No byte of the request can have reached the origin.
        case notSent
        /// The request, or part of it, may have gone out and no whole line of an answer came.
        case sent
        /// At least one line of an answer came, or bytes that are no answer.
        case partlyReceived
    }

    package var kind: Kind
    package var phase: Phase
    /// For the log: lower case, no secret, no path.
    package var detail: String

    package init(_ kind: Kind, phase: Phase, detail: String) {
        self.kind = kind
        self.phase = phase
        self.detail = detail
    }
}

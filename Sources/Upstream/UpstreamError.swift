/// The reason why an upstream request got no whole, well-formed response.
package struct UpstreamError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Name resolution, connect or TLS failed.
        case unreachable
        case timedOut
        /// The connection ended before the response was whole.
        case cut
        /// The received bytes are not a well-formed HTTP response, or an unsolicited one.
        ///
        /// A redirect is passed on; an encoded body is not.
        case malformed
        case tooLarge
        case cancelled
        /// The client is stopped, or its queue is full.
        case unavailable
    }

    /// The progress of a failed request.
    ///
    /// It decides whether a retry could apply a write twice.
    package enum Phase: Sendable, Equatable {
        /// No byte of the request can have reached the upstream.
        case notSent
        /// The request, or part of it, may have been sent, and no whole line of a response came.
        case sent
        /// At least one line of a response came, or bytes that are not a response.
        case partlyReceived
    }

    package var kind: Kind
    package var phase: Phase
    /// The first link in the chain that broke, finer than `kind`.
    package var cause: Cause
    /// The text for the log, in lower case, without secrets and paths.
    package var detail: String
    /// The observations of the library; nil for a request that it never got.
    package var evidence: Evidence?

    /// Creates an error.
    ///
    /// - Parameter cause: The cause; nil for the usual one of the kind.
    package init(_ kind: Kind, phase: Phase, cause: Cause? = nil, detail: String) {
        self.kind = kind
        self.phase = phase
        self.cause = cause ?? Cause(kind, phase)
        self.detail = detail
    }
}

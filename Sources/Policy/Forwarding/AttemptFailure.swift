/// The failure of an attempt to forward a request.
package enum AttemptFailure: Sendable, Equatable {
    /// No whole, well-formed response came; the value is how far the request got.
    case transport(Reached)
    /// A response came, with this status.
    case answered(status: Int)

    /// The progress of a request without a response: it decides whether a retry could apply a write twice.
    package enum Reached: Sendable, Equatable {
        /// No byte of the request can have reached upstream.
        case nothingSent
        /// The request or part of it was sent, and no byte of a response came.
        case sent
        case partlyReceived
    }

    /// Whether upstream failed, not this one request: the circuit breaker counts such failures.
    package var isUpstreamsFault: Bool {
        switch self {
        case .transport: true
        case .answered(let status): status >= 500
        }
    }
}

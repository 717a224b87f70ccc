/// How an attempt to forward a call went wrong.
package enum AttemptFailure: Sendable, Equatable {
    /// No whole, well-formed answer came; how far the call got.
    case transport(Reached)
    /// The origin answered, with this status.
    case answered(status: Int)

    /// How far a call got that brought no answer: what may be repeated without doing a write twice.
    package enum Reached: Sendable, Equatable {
        /// No byte of the request can have reached the origin.
        case nothingSent
        /// The request or part of it went out, and no byte of an answer came.
        case sent
        case partlyReceived
    }

    /// Whether the origin, not this one call, is what failed: what the circuit breaker counts.
    package var isUpstreamsFault: Bool {
        switch self {
        case .transport: true
        case .answered(let status): status >= 500
        }
    }
}

/// A fraction of `interval` between 0 and 1, from 64 random bits that the caller drew.
func fraction(of interval: Int64, by random: UInt64) -> Int64 {
    Int64(UInt64(max(0, interval)).multipliedFullWidth(by: random).high)
}

/// Which new connections are let in: a pure count of those that are there.
package struct ConnectionAdmission: Sendable {
    package enum Verdict: Sendable, Equatable {
        case admitted
        /// Told so, and closed.
        case refused(Refusal)
        /// Closed without a word: there are already too many to be told.
        case dropped
    }

    /// How many may be on their way out with a refusal at once.
    package static let mostRefused = 256

    private let connections: Int
    private let connectionsPerPeer: Int
    private var admitted = 0
    private var refused = 0
    private var perCaller: [String: Int] = [:]

    package init(limits: ServerLimits) {
        connections = limits.connections
        connectionsPerPeer = limits.connectionsPerPeer
    }

    /// The connections admitted and not yet gone.
    package var count: Int { admitted }
    package var isEmpty: Bool { admitted == 0 && refused == 0 }

    /// Judges a new connection; `caller` is nil where all connections are of one peer.
    package mutating func admit(caller: String?, draining: Bool) -> Verdict {
        let ofCaller = caller.map { perCaller[$0, default: 0] } ?? 0
        if draining || admitted >= connections || ofCaller >= connectionsPerPeer {
            guard refused < Self.mostRefused else { return .dropped }
            refused += 1
            return .refused(draining ? .draining : .overloaded)
        }
        admitted += 1
        if let caller { perCaller[caller] = ofCaller + 1 }
        return .admitted
    }

    /// Takes note that a connection with this verdict is gone.
    package mutating func release(caller: String?, verdict: Verdict) {
        switch verdict {
        case .admitted:
            admitted -= 1
            if let caller, let ofCaller = perCaller[caller] {
                perCaller[caller] = ofCaller > 1 ? ofCaller - 1 : nil
            }
        case .refused: refused -= 1
        case .dropped: break
        }
    }
}

/// The admission of new connections, by a pure count of the open ones.
package struct ConnectionAdmission: Sendable {
    /// The decision about a new connection.
    package enum Verdict: Sendable, Equatable {
        case admitted
        /// The connection gets a response that refuses it, and is closed.
        case refused(Refusal)
        /// The connection is closed without a response: too many others are being refused.
        case dropped
    }

    private var connections: Int
    private var connectionsPerPeer: Int
    private var refusedConnections: Int
    private var admitted = 0
    private var refused = 0
    /// The admitted connections of each caller.
    private var perCaller: [String: Int] = [:]

    package init(limits: ServerLimits) {
        connections = limits.connections
        connectionsPerPeer = limits.connectionsPerPeer
        refusedConnections = limits.refusedConnections
    }

    /// Adopts new limits; connections beyond a lower one stay open.
    package mutating func resize(to limits: ServerLimits) {
        connections = limits.connections
        connectionsPerPeer = limits.connectionsPerPeer
        refusedConnections = limits.refusedConnections
    }

    /// The number of connections that are admitted and not yet closed.
    package var count: Int { admitted }
    /// Whether no connection is open, refused ones included.
    package var isEmpty: Bool { admitted == 0 && refused == 0 }

    /// Decides about a new connection, and counts it.
    ///
    /// - Parameter caller: The network of the caller; nil for a trusted hop and on a Unix socket, which have no
    ///   limit for each caller.
    package mutating func admit(caller: String?, draining: Bool) -> Verdict {
        let ofCaller = caller.map { perCaller[$0, default: 0] } ?? 0
        if draining || admitted >= connections || ofCaller >= connectionsPerPeer {
            guard refused < refusedConnections else { return .dropped }
            refused += 1
            return .refused(draining ? .draining : .overloaded)
        }
        admitted += 1
        if let caller { perCaller[caller] = ofCaller + 1 }
        return .admitted
    }

    /// Counts an admitted connection for the caller that its PROXY header names.
    ///
    /// - Returns: False if the caller has as many connections as it may; then it is not counted for it.
    package mutating func attribute(to caller: String) -> Bool {
        let ofCaller = perCaller[caller, default: 0]
        guard ofCaller < connectionsPerPeer else { return false }
        perCaller[caller] = ofCaller + 1
        return true
    }

    /// Releases the place of a closed connection.
    ///
    /// - Parameter verdict: The result of `admit` for this connection.
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

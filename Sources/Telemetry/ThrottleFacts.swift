/// The decision of each token bucket for a request; nil for a bucket that took no part.
package struct ThrottleFacts: Sendable, Equatable {
    package var caller: ThrottleOutcome?
    package var identity: ThrottleOutcome?
    package var upstream: ThrottleOutcome?

    @inlinable package init(
        caller: ThrottleOutcome? = nil,
        identity: ThrottleOutcome? = nil,
        upstream: ThrottleOutcome? = nil
    ) {
        self.caller = caller
        self.identity = identity
        self.upstream = upstream
    }

    package subscript(policy: ThrottlePolicy) -> ThrottleOutcome? {
        switch policy {
        case .caller: caller
        case .identity: identity
        case .upstream: upstream
        }
    }

    /// The bucket that refused the request; nil if none did.
    package var refusedBy: ThrottlePolicy? { ThrottlePolicy.allCases.first { self[$0] == .refused } }
}

/// The `policy` label: the three kinds of token bucket.
package enum ThrottlePolicy: String, CaseIterable, Sendable {
    case caller
    case identity
    case upstream
}

/// The `decision` label of a token bucket.
package enum ThrottleOutcome: String, CaseIterable, Sendable {
    case admitted
    case refused
}

extension ThrottlePolicy: ClosedSet {
    package var position: Int {
        switch self {
        case .caller: 0
        case .identity: 1
        case .upstream: 2
        }
    }
}

extension ThrottleOutcome: ClosedSet {
    package var position: Int {
        switch self {
        case .admitted: 0
        case .refused: 1
        }
    }
}

package import CognitoSync
package import Policy

/// What the admin listener can see and do: the rest of the gateway, as closures.
package struct AdminActions: Sendable {
    /// Each thing that must be right for traffic to be welcome; called for every probe, so it must be cheap.
    package var checks: @Sendable () -> [HealthCheck]
    package var facts: @Sendable () -> ServiceFacts
    /// Drops what the scope covers and gives the number of pages.
    package var purge: @Sendable (PurgeScope) -> Int
    package var reload: @Sendable () async -> ReloadResult
    /// Begins to drain and returns at once.
    package var drain: @Sendable () -> Void
    /// Tells the cache what a stream told.
    package var streamed: @Sendable (StreamChange) -> StreamOutcome
    /// Says what the cache would do about a read; nil once there is no cache any more.
    package var explain: @Sendable (ListRecords) -> Explanation?

    package init(
        checks: @escaping @Sendable () -> [HealthCheck],
        facts: @escaping @Sendable () -> ServiceFacts,
        purge: @escaping @Sendable (PurgeScope) -> Int,
        reload: @escaping @Sendable () async -> ReloadResult,
        drain: @escaping @Sendable () -> Void,
        streamed: @escaping @Sendable (StreamChange) -> StreamOutcome,
        explain: @escaping @Sendable (ListRecords) -> Explanation?
    ) {
        self.checks = checks
        self.facts = facts
        self.purge = purge
        self.reload = reload
        self.drain = drain
        self.streamed = streamed
        self.explain = explain
    }
}

/// One condition of readiness.
package struct HealthCheck: Sendable, Equatable {
    /// A word: `credentials`, `upstream`, `listener`.
    package var name: String
    package var isPassing: Bool
    /// For people; no secret.
    package var detail: String?

    package init(_ name: String, isPassing: Bool, detail: String? = nil) {
        self.name = name
        self.isPassing = isPassing
        self.detail = detail
    }
}

/// Which pages a purge is about; nil stands for any.
///
/// An identity is one of a pool, a dataset one of an identity.
package struct PurgeScope: Sendable, Equatable {
    package var pool: IdentityPoolID?
    package var identity: IdentityID?
    package var dataset: DatasetName?

    package init(pool: IdentityPoolID? = nil, identity: IdentityID? = nil, dataset: DatasetName? = nil) {
        self.pool = pool
        self.identity = identity
        self.dataset = dataset
    }
}

/// What became of a reload.
package enum ReloadResult: Sendable, Equatable {
    case applied(warnings: [ConfigurationProblem])
    /// The old configuration stays in force.
    case refused([ConfigurationProblem])
    /// The gateway was started without a file.
    case nothingToRead
}

/// What the status says of the service beyond its figures.
package struct ServiceFacts: Sendable, Equatable {
    package enum State: String, Sendable, Codable {
        case starting
        case serving
        case draining
    }

    package var state = State.starting
    /// Seconds since 1970, UTC.
    package var startedAt: Int64 = 0
    package var uptimeSeconds: Int64 = 0
    package var listen = ""
    package var origin = ""
    package var region = ""
    /// The source that the credentials in use came from.
    package var credentials: String?

    package init() {}
}

package import CognitoSync
package import GatewayConfiguration
package import Policy

/// The rest of the gateway, as closures that the admin listener calls.
package struct AdminActions: Sendable {
    /// Returns the conditions of readiness.
    ///
    /// Each probe calls it, so it must be cheap.
    package var checks: @Sendable () -> [HealthCheck]
    package var facts: @Sendable () -> ServiceFacts
    /// Drops the cached pages of the scope and returns their number.
    package var purge: @Sendable (PurgeScope) -> Int
    package var reload: @Sendable () async -> ReloadResult
    /// Begins to drain and returns at once.
    package var drain: @Sendable () -> Void
    /// Applies a stream event to the cache.
    package var streamed: @Sendable (StreamChange) -> StreamOutcome
    /// Explains the decision of the cache about a read; returns nil once the service has ended.
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

/// A condition of readiness.
package struct HealthCheck: Sendable, Equatable {
    /// The name in one word: `credentials`, `upstream`, `listener`.
    package var name: String
    package var isPassing: Bool
    /// Whether it is shown only, and does not decide about readiness.
    package var isAdvisory = false
    /// The state in words, for people.
    ///
    /// It holds no secret.
    package var detail: String?

    package init(_ name: String, isPassing: Bool, isAdvisory: Bool = false, detail: String? = nil) {
        self.name = name
        self.isPassing = isPassing
        self.isAdvisory = isAdvisory
        self.detail = detail
    }
}

/// The scope of a purge; nil stands for any.
///
/// An identity is given with its pool, a dataset with its identity.
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

/// The result of a reload.
package enum ReloadResult: Sendable, Equatable {
    /// The keys that were changed and are in force, and those whose value waits for a restart.
    case applied(warnings: [ConfigurationProblem], changed: [String] = [], pending: [PendingKey] = [])
    /// A configuration with problems. The old one stays in force.
    case refused([ConfigurationProblem])
    /// A gateway that was started without a configuration file.
    case nothingToRead
}

/// The facts of the status beside its gauges.
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
    /// The bounds of the service; nil before it is built.
    package var bounds: ServiceBounds?
    package var origin = ""
    package var region = ""
    /// The keys whose value waits for a restart.
    package var pending: [PendingKey] = []
    /// The source of the credentials in use; nil while there are none.
    package var credentials: String?
    /// The reason why the last load of credentials failed; nil if it did not.
    package var credentialsProblem: String?
    /// The issuers of callers' tokens.
    package var issuers: [TokenIssuerState] = []
    /// The last failures of upstream requests, the newest first.
    package var failures: [RecentFailures.Entry] = []
    /// The last reload; nil before the first.
    package var lastReload: LastReload?

    package init() {}
}

/// The end of the last reload.
package struct LastReload: Sendable, Equatable {
    /// Seconds since 1970, UTC.
    package var time: Int64
    /// The problems that kept the old configuration in force; none for a reload that succeeded.
    package var problems: [String]

    package init(time: Int64, problems: [String]) {
        self.time = time
        self.problems = problems
    }
}

import CredentialSources
import Logging
import Policy
import Synchronization
import Telemetry

/// The status of the credentials in use, for readiness, metrics and the log.
final class CredentialsStatus: Sendable {
    private struct Known: Sendable {
        var source: CredentialsSourceName?
        var expiration: Int64?
        /// The trouble that the log tells of already: one line for each, however often a load fails.
        var trouble = Trouble.none
    }

    /// The states that are each worth a line in the log; a later one is worse.
    private enum Trouble: Int {
        case none
        /// The source gave credentials past their end.
        case stale
        case failing
        /// Loads fail, and the credentials in use are past their end.
        case expired
    }

    private let known = Mutex(Known())
    private let refusals = Mutex(RefusalNotices())
    private let metrics: Metrics
    private let logger: Logger

    init(metrics: Metrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    /// Whether credentials were ever loaded.
    ///
    /// Expired ones are still tried (static stability).
    var hasCredentials: Bool { known.withLock { $0.source != nil } }
    var sourceName: String? { known.withLock { $0.source?.rawValue } }
    var expiration: Int64? { known.withLock { $0.expiration } }

    /// Records that credentials were loaded, or could not be loaded.
    func record(_ event: CredentialsEvent) {
        switch event {
        case .refreshed(let source, let expiration, let isExpired):
            let trouble: Trouble = isExpired ? .stale : .none
            let before = known.withLock { known in
                let before = known.trouble
                known = Known(source: source, expiration: expiration, trouble: trouble)
                return before
            }
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
            if isExpired, before != .stale {
                logger.warning(
                    "the credentials came expired; they are used, and the source is asked again later",
                    metadata: ["source": "\(source.rawValue)"]
                )
            } else if !isExpired, before != .none {
                logger.notice("credentials loaded again", metadata: ["source": "\(source.rawValue)"])
            }
        case .failed(let error, let isExpired):
            let trouble: Trouble = isExpired ? .expired : .failing
            let isNew = known.withLock { known in
                let isNew = known.trouble.rawValue < trouble.rawValue
                if isNew { known.trouble = trouble }
                return isNew
            }
            metrics.count(.credentialsRefreshed(source: error.source ?? .search, succeeded: false))
            logger.log(
                level: !isNew ? .debug : isExpired ? .error : .warning,
                "credentials not loaded",
                metadata: ["problem": "\(error)", "expired": "\(isExpired)"]
            )
        }
    }

    /// Records the same for the role of some pools, on which readiness does not depend.
    func recordRole(_ event: CredentialsEvent) {
        switch event {
        case .refreshed(let source, _, _):
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
        case .failed(let error, let isExpired):
            metrics.count(.credentialsRefreshed(source: error.source ?? .search, succeeded: false))
            logger.log(
                level: isExpired ? .error : .warning,
                "credentials of a role not loaded; only its identity pools lack them",
                metadata: ["problem": "\(error)", "expired": "\(isExpired)"]
            )
        }
    }

    /// Takes over what is known of the credentials of an older configuration, which are still in use.
    func adopt(_ old: CredentialsStatus) {
        let (source, expiration) = old.known.withLock { ($0.source, $0.expiration) }
        known.withLock { $0 = Known(source: source, expiration: expiration) }
    }

    /// Logs that AWS refused the gateway itself, by the name that it gave; not for each request.
    func recordRefusal(_ name: String, now: Instant) {
        guard refusals.withLock({ $0.mustTell(name, now: now) }) else { return }
        logger.error(
            "aws refuses the gateway; check its credentials, their policy and the region",
            metadata: ["error": "\(name.prefix(128))"]
        )
    }
}

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
        case .refreshed(let source, let expiration):
            known.withLock { $0 = Known(source: source, expiration: expiration) }
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
        case .failed(let error, let isExpired):
            metrics.count(.credentialsRefreshed(source: error.source ?? .search, succeeded: false))
            logger.log(
                level: isExpired ? .error : .warning,
                "credentials not loaded",
                metadata: ["problem": "\(error)", "expired": "\(isExpired)"]
            )
        }
    }

    /// Records the same for the role of some pools, on which readiness does not depend.
    func recordRole(_ event: CredentialsEvent) {
        switch event {
        case .refreshed(let source, _):
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

    /// Logs that AWS refused the gateway itself, by the name that it gave; not for each request.
    func recordRefusal(_ name: String, now: Instant) {
        guard refusals.withLock({ $0.mustTell(name, now: now) }) else { return }
        logger.error(
            "aws refuses the gateway; check its credentials, their policy and the region",
            metadata: ["error": "\(name.prefix(128))"]
        )
    }
}

import CredentialSources
import Logging
import Messages
import Synchronization
import Telemetry

/// The status of the credentials in use, for readiness, metrics and the log.
final class CredentialsStatus: Sendable {
    private struct Known: Sendable, Equatable {
        var source: CredentialsSourceName?
        var keyTail: String?
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

    private struct Memory: Sendable {
        var known = Known()
        /// The sentence of the last failed load; nil after one that succeeded.
        var problem: String?
    }

    private let memory = Mutex(Memory())
    private let metrics: Metrics
    private let logger: Logger
    let failures: FailureLog

    init(metrics: Metrics, logger: Logger, failures: FailureLog) {
        self.metrics = metrics
        self.logger = logger
        self.failures = failures
    }

    /// Whether credentials were ever loaded.
    ///
    /// Expired ones are still tried (static stability).
    var hasCredentials: Bool { memory.withLock { $0.known.source != nil } }
    var sourceName: String? { memory.withLock { $0.known.source?.rawValue } }
    var expiration: Int64? { memory.withLock { $0.known.expiration } }
    /// The reason why the last load failed; nil if it succeeded, or none has ended yet.
    var problem: String? { memory.withLock { $0.problem } }

    /// Records that credentials were loaded, or could not be loaded.
    func record(_ event: CredentialsEvent) {
        switch event {
        case .refreshed(let source, let keyTail, let expiration, let isExpired):
            let trouble: Trouble = isExpired ? .stale : .none
            let known = Known(source: source, keyTail: keyTail, expiration: expiration, trouble: trouble)
            let before = memory.withLock { memory in
                defer { (memory.known, memory.problem) = (known, nil) }
                return memory.known
            }
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
            if isExpired {
                if before.trouble != .stale { logExpired(source) }
            } else if before != known {
                log(known, isAgain: before.trouble != .none)
            }
        case .failed(let error, let isExpired):
            let trouble: Trouble = isExpired ? .expired : .failing
            let isExpiryNew = memory.withLock { memory in
                let before = memory.known.trouble
                memory.problem = "\(error)"
                if before.rawValue < trouble.rawValue { memory.known.trouble = trouble }
                return isExpired && before != .expired
            }
            metrics.count(.credentialsRefreshed(source: error.source ?? .search, succeeded: false))
            failures.recordCredentials([
                "source": "\((error.source ?? .search).rawValue)", "problem": "\(error)",
                "expired": "\(isExpired)",
            ])
            if isExpiryNew {
                logger.error("the credentials in use are past their end", metadata: ["problem": "\(error)"])
            }
        }
    }

    /// Records the same for the role of some pools, on which readiness does not depend.
    func recordRole(_ event: CredentialsEvent, number: Int) {
        switch event {
        case .refreshed(let source, _, _, _):
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
        case .failed(let error, let isExpired):
            metrics.count(.credentialsRefreshed(source: error.source ?? .search, succeeded: false))
            failures.recordRole(number, ["problem": "\(error)", "expired": "\(isExpired)"])
        }
    }

    /// Takes over what is known of the credentials of an older configuration, which are still in use.
    func adopt(_ old: CredentialsStatus) {
        var known = old.memory.withLock { $0.known }
        known.trouble = .none
        memory.withLock { $0.known = known }
    }

    private func logExpired(_ source: CredentialsSourceName) {
        logger.warning(
            "the credentials came expired; they are used, and the source is asked again later",
            metadata: ["source": "\(source.rawValue)"]
        )
    }

    private func log(_ known: Known, isAgain: Bool) {
        // An end that does not fit is that of credentials that last for centuries.
        let end = known.expiration.map {
            RFC3339.text(nanosecondsSince1970: $0.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
        }
        logger.info(
            isAgain ? "credentials loaded again" : "credentials loaded",
            metadata: [
                "source": "\(known.source?.rawValue ?? "none")", "key": "…\(known.keyTail ?? "")",
                "end": "\(end ?? "never")",
            ]
        )
    }
}

import Logging
import Synchronization

/// What is known of the credentials in use, for readiness, metrics and the log.
final class CredentialsStatus: Sendable {
    private struct Known: Sendable {
        var source: CredentialsSourceName?
        var expiration: Int64?
    }

    private let known = Mutex(Known())
    private let metrics: Metrics
    private let logger: Logger

    init(metrics: Metrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    /// Whether any were ever loaded: those past their end are still tried (static stability).
    var hasCredentials: Bool { known.withLock { $0.source != nil } }
    var sourceName: String? { known.withLock { $0.source?.rawValue } }
    var expiration: Int64? { known.withLock { $0.expiration } }

    func record(_ event: CredentialsEvent) {
        switch event {
        case .refreshed(let source, let expiration):
            known.withLock { $0 = Known(source: source, expiration: expiration) }
            metrics.count(.credentialsRefreshed(source: source, succeeded: true))
        case .failed(let error, let isExpired):
            let source = known.withLock { $0.source } ?? .environment
            metrics.count(.credentialsRefreshed(source: source, succeeded: false))
            logger.log(
                level: isExpired ? .error : .warning,
                "credentials not loaded",
                metadata: ["problem": "\(error)", "expired": "\(isExpired)"]
            )
        }
    }
}

extension Service.Launch {
    /// The configured sources that this version has, in their order; or what the launch gives in their place.
    func chain(_ configuration: Configuration) -> CredentialsChain {
        if let credentials { return CredentialsChain([credentials]) }
        var environment = environment
        let runtime = configuration.credentials
        if let profile = runtime.profile { environment["AWS_PROFILE"] = profile }
        if let file = runtime.files.credentials { environment["AWS_SHARED_CREDENTIALS_FILE"] = file }
        if let file = runtime.files.config { environment["AWS_CONFIG_FILE"] = file }
        return CredentialsChain(
            runtime.sources.compactMap { source -> (any CredentialsSource)? in
                switch source {
                case .environment: EnvironmentCredentials(environment: environment)
                case .profile: ProfileCredentials(environment: environment)
                case .webIdentity, .container, .instance: nil
                }
            }
        )
    }
}

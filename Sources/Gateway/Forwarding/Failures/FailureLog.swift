package import Logging
import Policy
import Synchronization
package import Telemetry

/// The teller of upstream failures: one metric each, one warning for each class and period, the last ten.
///
/// It lives as long as the service, so a reload forgets nothing. Only failures come here.
package final class FailureLog: Sendable {
    /// A class of events that share a hold-down.
    private enum Class: Hashable {
        case failure(FailureReason?)
        case credentials
        /// The credentials of the role of this number.
        case role(Int)

        /// Whether it is retried for a long time, so that a longer period fits.
        var isLoad: Bool {
            switch self {
            case .failure: false
            case .credentials, .role: true
            }
        }
    }

    private struct Memory {
        var holdDown = HoldDown<Class>()
        /// The newest failure of each class, for the line at the end of a period.
        var newest: [Class: Logger.Metadata] = [:]
        var recent = RecentFailures()
    }

    private let memory = Mutex(Memory())
    private let metrics: Metrics
    private let logger: Logger
    private let clock: GatewayClock
    private let period: Duration
    private let credentialsPeriod: Duration

    /// Creates a log without failures.
    ///
    /// - Parameters:
    ///   - period: The time in which no class of failures is told twice.
    ///   - credentialsPeriod: The same for failed loads of credentials, which are retried for a long time.
    package init(
        metrics: Metrics,
        logger: Logger,
        clock: GatewayClock,
        period: Duration = .seconds(10),
        credentialsPeriod: Duration = .seconds(60)
    ) {
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.period = period
        self.credentialsPeriod = credentialsPeriod
    }

    /// The last ten failures, the newest first; equal ones in a row are one.
    package var recent: [RecentFailures.Entry] { memory.withLock { $0.recent.entries } }

    /// The newest failure of a request that was tried, in words; nil if there is none.
    var cause: String? { recent.first { $0.failure.reason != .circuit }.map(\.failure.summary) }

    /// The newest refusal of the gateway itself, in words; nil if there is none.
    var refusal: String? {
        let reasons: [FailureReason] = [.denied, .badSignature, .expired]
        return recent.first { $0.failure.reason.map(reasons.contains) ?? false }.map(\.failure.summary)
    }

    /// Counts a failure, and tells it unless its class was told a moment ago.
    ///
    /// - Parameter isCounted: Whether the metric has it already.
    func record(_ failure: UpstreamFailure, isCounted: Bool = false) {
        if !isCounted, let reason = failure.reason { metrics.count(.upstreamFailed(reason)) }
        let wall = clock.wall()
        memory.withLock { $0.recent.add(failure, at: wall) }
        tell(.failure(failure.reason), "upstream request failed", failure.metadata)
    }

    /// Tells that credentials were not loaded, unless that was told a moment ago.
    func recordCredentials(_ metadata: Logger.Metadata) {
        tell(.credentials, "credentials not loaded", metadata)
    }

    /// Tells the same of the role of some identity pools.
    func recordRole(_ number: Int, _ metadata: Logger.Metadata) {
        tell(.role(number), "credentials of a role not loaded; only its identity pools lack them", metadata)
    }

    func circuitOpened(after reason: FailureReason?) {
        logger.warning(
            "circuit opened: upstream failed repeatedly and gets time to recover",
            metadata: ["reason": "\(reason?.rawValue ?? "server_error")"]
        )
    }

    func circuitClosed() { logger.info("circuit closed: upstream works again") }

    /// Tells the offset of the clock of upstream that was learned from a refusal.
    func skewLearned(seconds: Int64) {
        logger.warning(
            "clock skew learned from aws; check the clock of this machine",
            metadata: ["skew_seconds": "\(seconds)"]
        )
    }

    private func tell(_ event: Class, _ message: Logger.Message, _ metadata: Logger.Metadata) {
        let mustTell = memory.withLock { memory in
            memory.newest[event] = metadata
            return memory.holdDown.mustTell(event)
        }
        guard mustTell else { return }
        logger.warning(message, metadata: metadata)
        // The task ends with the first period in which nothing of the class happens, or with the log.
        Task { [weak self] in await self?.tellMore(event, message) }
    }

    /// Tells at the end of each period how many more there were.
    private func tellMore(_ event: Class, _ message: Logger.Message) async {
        let period = event.isLoad ? credentialsPeriod : period
        while true {
            try? await Task.sleep(for: period)
            let (more, metadata) = memory.withLock { memory in
                let more = memory.holdDown.periodEnded(event)
                return (more, more == nil ? memory.newest.removeValue(forKey: event) : memory.newest[event])
            }
            guard let more else { return }
            let seconds = max(1, period.components.seconds)
            logger.warning("\(message): \(more) more in \(seconds) s", metadata: metadata)
        }
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Policy
package import SigV4
import Synchronization
package import Telemetry
import Upstream

/// The loop that signs and sends an operation, and retries it if that is safe and there is time.
///
/// All attempts share one deadline. The decisions are made in `Policy`. A write is retried only where
/// upstream cannot have applied it: nothing was sent, or its signature was refused.
package final class Forwarder: Sendable {
    let sender: any RequestSender
    let host: String
    let signer: Signer
    let credentials: PoolCredentials
    let clock: GatewayClock
    /// The nanoseconds for one operation, with all its attempts.
    private let total: Int64
    let metrics: Metrics
    let meter: any UpstreamMeter
    /// The teller of failures; nil in some tests.
    let failures: FailureLog?
    /// The pacing toward AWS; nil where it is off.
    let pacer: Pacer?
    private let retries = RetryPolicy()
    let health = Mutex(UpstreamHealth())
    /// The spelt signing time of the newest second.
    let time = Mutex(SigningTime(epochSeconds: 0))

    /// The state that all requests to one upstream share.
    struct UpstreamHealth {
        var breaker = CircuitBreaker()
        var budget = RetryBudget()
        var skew = ClockSkew()
        /// The number of refusals of the gateway itself since AWS last accepted a request.
        var refusals = 0
    }

    package init(
        sender: any RequestSender,
        host: String,
        signer: Signer,
        credentials: PoolCredentials,
        clock: GatewayClock,
        total: Duration,
        metrics: Metrics,
        meter: any UpstreamMeter,
        failures: FailureLog? = nil,
        pacer: Pacer? = nil
    ) {
        self.sender = sender
        self.host = host
        self.signer = signer
        self.credentials = credentials
        self.clock = clock
        self.total = total.wholeNanoseconds
        self.metrics = metrics
        self.meter = meter
        self.failures = failures
        self.pacer = pacer
    }

    /// The seconds by which the clock of upstream is ahead.
    package var clockSkew: Int64 { health.withLock { $0.skew.offset } }
    package var circuit: CircuitState { health.withLock { CircuitState($0.breaker) } }
    /// The number of calls in a row that AWS refused to the gateway itself; 0 once it accepts one.
    package var refusals: Int { health.withLock { $0.refusals } }

    /// Returns the deadline of an operation that begins now.
    func deadline() -> Deadline { Deadline(after: total, from: clock.monotonic()) }

    /// Forwards one operation; several may share a deadline.
    ///
    /// Each attempt costs a token of the meter. A retry without one is not made, and the attempt before it is the
    /// result.
    func forward(
        _ operation: Operation,
        by deadline: Deadline,
        as kind: UpstreamRequestKind
    ) async -> Forwarded {
        let start = clock.monotonic()
        var attempts = 0
        var hasRepairedSignature = false
        var isCharged = kind == .admitted
        while true {
            attempts += 1
            let attempt = await attempt(
                operation,
                by: deadline,
                as: attempts > 1 ? .retry : operation.isRead && kind == .admitted ? .read : .write,
                isFirst: attempts == 1,
                isCharged: isCharged,
                mayRepair: !hasRepairedSignature
            )
            var forwarded: Forwarded
            switch consume attempt {
            case .ended(let end):
                forwarded = end
            case .failed(let end, let failure):
                if await mayRetry(operation, after: failure, attempt: attempts, by: deadline) {
                    isCharged = true
                    metrics.count(.retried(RetryReason(end.result)))
                    continue
                }
                forwarded = end
            case .signatureRepaired(let reason):
                hasRepairedSignature = true
                isCharged = false
                metrics.count(.retried(reason))
                continue
            }
            forwarded.attempts = attempts
            forwarded.nanoseconds = clock.monotonic().nanoseconds(since: start)
            return forwarded
        }
    }

    /// Returns whether to retry, after the pause that the policy asks for.
    ///
    /// If so, the retry has been charged.
    private func mayRetry(
        _ operation: Operation,
        after failure: AttemptFailure,
        attempt: Int,
        by deadline: Deadline
    ) async -> Bool {
        let timeLeft = deadline.timeLeft(now: clock.monotonic())
        let decision = health.withLock {
            retries.decide(
                afterAttempt: attempt,
                failure: failure,
                isIdempotent: operation.isIdempotent,
                timeLeft: timeLeft,
                budget: &$0.budget,
                random: .random(in: .min ... .max)
            )
        }
        guard case .retry(let pause) = decision else { return false }
        try? await Task.sleep(for: .nanoseconds(pause))
        guard !Task.isCancelled else { return false }
        let decisions = meter.admitRetry(of: operation, now: clock.monotonic())
        metrics.count(.throttleDecided(decisions))
        return decisions.refusedBy == nil
    }
}

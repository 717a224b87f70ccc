package import CognitoSync
import HTTPTypes
package import Messages
import Policy
package import SigV4
import Synchronization
package import Upstream

/// What sends a signed request to the origin: libcurl in the program, a script in the tests.
package protocol RequestSender: Sendable {
    func send(_ request: Request, deadline: Duration?) async throws(UpstreamError) -> Response
}

extension UpstreamClient: RequestSender {}

/// What came of forwarding one operation, and what it took.
package struct Forwarded: Sendable {
    package var result: Result<Response, GatewayError>
    /// What a page of ListRecords was found to be when it was checked; its ranges are of the answer's body.
    package var page: RecordsPage?
    /// The same of a success of UpdateRecords.
    package var update: UpdateRecordsResponse?
    /// What the service said of the time when it gave such a page; read when somebody asks, as few do.
    var pageDate: String?
    /// How often the request was signed and handed to the client.
    package var attempts = 0
    package var nanoseconds: Int64 = 0

    /// The service's clock when it gave a page of ListRecords, in seconds since 1970; nil if it did not say.
    package var pageTime: Int64? { pageDate.flatMap(HTTPDate.init)?.epochSeconds }

    /// The service refused a write since the dataset is not what the writer was told.
    var isConflict: Bool {
        if case .success(let response) = result { response.head.status.code == 409 } else { false }
    }

    /// A page past its time may stand in for it, where that is allowed.
    package var mayBeReplaced: Bool {
        switch result {
        case .success(let response): response.head.status.code >= 500 || response.head.status.code == 429
        case .failure(let error): error.mayBeReplaced
        }
    }
}

/// Signs and sends an operation, again if that is safe and there is time, all under one deadline.
///
/// The decisions are `Policy`'s; here they are asked for and carried out. A write is repeated only where the
/// origin cannot have applied it: nothing was sent, or its signature was refused.
package final class Forwarder: Sendable {
    private let origin: any RequestSender
    private let host: String
    private let signer: Signer
    private let credentials: CredentialsProvider
    private let clock: GatewayClock
    private let total: Int64
    private let metrics: Metrics
    private let retries = RetryPolicy()
    private let health = Mutex(UpstreamHealth())
    private let time = Mutex(SigningTime(epochSeconds: 0))

    /// What all calls to one origin have taught.
    private struct UpstreamHealth {
        var breaker = CircuitBreaker()
        var budget = RetryBudget()
        var skew = ClockSkew()
    }

    package init(
        origin: any RequestSender,
        host: String,
        signer: Signer,
        credentials: CredentialsProvider,
        clock: GatewayClock,
        total: Duration,
        metrics: Metrics
    ) {
        self.origin = origin
        self.host = host
        self.signer = signer
        self.credentials = credentials
        self.clock = clock
        self.total = total.wholeNanoseconds
        self.metrics = metrics
    }

    /// How far the origin's clock is ahead, in seconds.
    package var clockSkew: Int64 { health.withLock { $0.skew.offset } }
    package var isCircuitClosed: Bool { health.withLock { $0.breaker.isClosed } }

    /// By when what begins now has to have ended.
    func deadline() -> Deadline { Deadline(after: total, from: clock.monotonic()) }

    package func forward(_ operation: Operation) async -> Forwarded {
        await forward(operation, by: deadline())
    }

    /// One call of several that share a deadline.
    func forward(_ operation: Operation, by deadline: Deadline) async -> Forwarded {
        let start = clock.monotonic()
        var attempts = 0
        var hasRepairedSignature = false
        while true {
            attempts += 1
            let attempt = await attempt(
                operation,
                by: deadline,
                isFirst: attempts == 1,
                mayRepair: !hasRepairedSignature
            )
            var forwarded: Forwarded
            switch consume attempt {
            case .ended(let end):
                forwarded = end
            case .failed(let end, let failure):
                if await mayRepeat(operation, after: failure, attempt: attempts, by: deadline) {
                    metrics.count(.retried(RetryReason(end.result)))
                    continue
                }
                forwarded = end
            case .signatureRepaired(let reason):
                hasRepairedSignature = true
                metrics.count(.retried(reason))
                continue
            }
            forwarded.attempts = attempts
            forwarded.nanoseconds = clock.monotonic().nanoseconds(since: start)
            return forwarded
        }
    }
}

extension Forwarder {
    private enum Attempt {
        case ended(Forwarded)
        /// May be tried again if the policy says so; if not, this is what the caller gets.
        case failed(Forwarded, AttemptFailure)
        /// The origin refused the signature and has not looked at the request; what could be mended is mended.
        case signatureRepaired(RetryReason)

        static func end(_ error: GatewayError) -> Self { .ended(Forwarded(result: .failure(error))) }
    }

    private func attempt(
        _ operation: Operation,
        by deadline: Deadline,
        isFirst: Bool,
        mayRepair: Bool
    ) async -> Attempt {
        let keys: Credentials
        do {
            keys = try await credentials.current()
        } catch {
            return .end(.noCredentials)
        }
        let start = clock.monotonic()
        let (decision, skew) = health.withLock { ($0.breaker.admit(now: start), $0.skew.offset) }
        let permit: CircuitBreaker.Permit
        switch decision {
        case .go(let given): permit = given
        case .refused(let wait): return .end(.circuitOpen(retryAfterNanoseconds: wait))
        }
        let request = sign(operation, with: keys, skew: skew)
        do {
            let response = try await origin.send(
                request,
                deadline: .nanoseconds(deadline.timeLeft(now: start))
            )
            let now = clock.monotonic()
            let status = response.head.status.code
            metrics.recordUpstream(
                operation.name,
                .answered(status: status),
                nanoseconds: now.nanoseconds(since: start)
            )
            recordResult(status: status, permit: permit, isFirst: isFirst, now: now)
            return await classify(
                response,
                of: status,
                to: operation,
                keys: keys,
                skew: skew,
                mayRepair: mayRepair
            )
        } catch {
            let now = clock.monotonic()
            metrics.recordUpstream(
                operation.name,
                UpstreamOutcome(error.kind),
                nanoseconds: now.nanoseconds(since: start)
            )
            recordResult(error, permit: permit, now: now)
            let end = Forwarded(result: .failure(.upstream(error)))
            return error.attemptFailure.map { .failed(end, $0) } ?? .ended(end)
        }
    }

    private func sign(_ operation: Operation, with keys: Credentials, skew: Int64) -> Request {
        var request = operation.request()
        let second = clock.wall() / 1_000_000_000
        // Spelt once for all requests of a second.
        let time = time.withLock { time in
            if time.epochSeconds != second { time = SigningTime(epochSeconds: second) }
            return time
        }
        signer.sign(&request, host: host, credentials: keys, at: time.advanced(bySeconds: skew))
        return request
    }

    /// What a whole answer means, and what of a refused signature can be mended.
    private func classify(
        _ response: Response,
        of status: Int,
        to operation: Operation,
        keys: Credentials,
        skew: Int64,
        mayRepair: Bool
    ) async -> Attempt {
        switch ClassifiedResponse(response, to: operation.name) {
        case .answer(let answer, let page, let update):
            health.withLock { $0.skew.accepted(signedWith: skew) }
            if status == 429 { metrics.count(.upstreamThrottled) }
            let end = Forwarded(
                result: .success(answer),
                page: page,
                update: update,
                pageDate: page == nil ? nil : response.head.headerFields.value(of: .date)
            )
            if status >= 500 { return .failed(end, .answered(status: status)) }
            return .ended(end)
        case .signatureRefused(let refusal):
            let reason = await recover(refusal, in: response, keys: keys, skew: skew, mayRefresh: mayRepair)
            guard mayRepair, let reason else { return .end(.refusedByUpstream(refusal.name)) }
            return .signatureRepaired(reason)
        case .rightsRefused(let name):
            return .end(.refusedByUpstream(name))
        case .malformed(let detail):
            return .end(.malformedResponse(detail))
        }
    }

    /// Looks for newer credentials, or learns the origin's time; why it is now worth to sign anew, or nil.
    private func recover(
        _ refusal: ClassifiedResponse.SignatureRefusal,
        in response: Response,
        keys: Credentials,
        skew: Int64,
        mayRefresh: Bool
    ) async -> RetryReason? {
        switch refusal {
        case .clock:
            // Told of a second refusal too: an offset on trial is then given up.
            return learnClock(from: response, signedWith: skew) ? .clockSkew : nil
        case .credentials:
            guard mayRefresh else { return nil }
            await credentials.refreshNow(rejected: keys.accessKeyID)
            return .credentialsExpired
        }
    }

    private func learnClock(from response: Response, signedWith skew: Int64) -> Bool {
        guard let date = response.head.headerFields.value(of: .date).flatMap(HTTPDate.init) else {
            return false
        }
        let advice = health.withLock {
            $0.skew.refused(
                date: date.epochSeconds,
                wallClock: clock.wall() / 1_000_000_000,
                signedWith: skew,
                now: clock.monotonic()
            )
        }
        return advice == .signAgain
    }

    /// Asks the policy, and sits its pause out.
    private func mayRepeat(
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
        return !Task.isCancelled
    }

    private func recordResult(status: Int, permit: CircuitBreaker.Permit, isFirst: Bool, now: Instant) {
        health.withLock { health in
            if AttemptFailure.answered(status: status).isUpstreamsFault {
                health.breaker.failed(permit, now: now, random: .random(in: .min ... .max))
            } else {
                health.breaker.succeeded(permit)
                if isFirst { health.budget.earn() }
            }
        }
    }

    private func recordResult(_ error: UpstreamError, permit: CircuitBreaker.Permit, now: Instant) {
        health.withLock { health in
            switch error.kind {
            case .cancelled, .unavailable:
                health.breaker.abandoned(permit, now: now)
            case .unreachable, .timedOut, .cut, .malformed, .tooLarge:
                health.breaker.failed(permit, now: now, random: .random(in: .min ... .max))
            }
        }
    }
}

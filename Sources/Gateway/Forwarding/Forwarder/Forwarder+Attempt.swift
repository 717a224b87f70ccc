import CognitoSync
import CredentialSources
import HTTPTypes
import Messages
import Policy
import SigV4
import Synchronization
import Telemetry
import Upstream

/// The attempt: credentials, circuit breaker, signature, the request, and the class of its response.
extension Forwarder {
    /// The result of one attempt.
    enum Attempt {
        case ended(Forwarded)
        /// A failure that the policy may retry; otherwise the caller gets the result.
        case failed(Forwarded, AttemptFailure)
        /// A refused signature. Upstream has not looked at the request, and the cause is repaired.
        case signatureRepaired(RetryReason)

        static func end(_ error: GatewayError) -> Self { .ended(Forwarded(result: .failure(error))) }
    }

    /// Makes one attempt and reports it to metrics and circuit breaker.
    ///
    /// The success of a first attempt earns retry budget. An attempt that is not charged yet is charged when it
    /// leaves. Once a signature of the operation has been repaired, `mayRepair` is false.
    func attempt(
        _ operation: Operation,
        by deadline: Deadline,
        as priority: Pacing.Priority,
        isFirst: Bool,
        isCharged: Bool,
        mayRepair: Bool
    ) async -> Attempt {
        let role = credentials.role(for: operation)
        let keys: Credentials
        do {
            keys = try await role.provider.current()
        } catch {
            return end(with: .noCredentials, of: operation, because: error.description)
        }
        if let paced = await pacer?.admit(operation.name, of: role.number, priority, by: deadline) {
            return end(with: paced, of: operation)
        }
        let start = clock.monotonic()
        let (decision, skew) = health.withLock { ($0.breaker.admit(now: start), $0.skew.offset) }
        let permit: CircuitBreaker.Permit
        switch decision {
        case .go(let given): permit = given
        case .refused(let wait): return end(with: .circuitOpen(retryAfterNanoseconds: wait), of: operation)
        }
        let request = await signed(operation, with: keys, skew: skew)
        if !isCharged { meter.chargeFollowUp(of: operation, now: start) }
        do {
            let response = try await sender.send(
                request,
                deadline: .nanoseconds(deadline.timeLeft(now: start))
            )
            let now = clock.monotonic()
            let status = response.status
            metrics.recordUpstream(
                operation.name,
                .answered(status: status),
                nanoseconds: now.nanoseconds(since: start)
            )
            recordResult(status: status, permit: permit, isFirst: isFirst, now: now)
            return await classify(
                response,
                to: operation,
                by: role,
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
            if let failures, let failure = UpstreamFailure(error, of: operation.name) {
                failures.record(failure)
            }
            let end = Forwarded(result: .failure(.upstream(error)))
            return error.attemptFailure.map { .failed(end, $0) } ?? .ended(end)
        }
    }

    private func signed(_ operation: Operation, with keys: Credentials, skew: Int64) async -> WireRequest {
        await LongWork.run(on: operation.body.count, most: LongWork.mostHashed) {
            sign(operation, with: keys, skew: skew)
        }
    }

    private func sign(_ operation: Operation, with keys: Credentials, skew: Int64) -> WireRequest {
        var request = operation.wireRequest(to: host)
        let second = clock.wall() / 1_000_000_000
        // The time is spelt once for all requests of a second.
        let time = time.withLock { time in
            if time.epochSeconds != second { time = SigningTime(epochSeconds: second) }
            return time
        }
        signer.sign(&request, credentials: keys, at: time.advanced(bySeconds: skew))
        return request
    }

    /// Returns the result of a whole response, after the repair of a refused signature.
    private func classify(
        _ response: WireResponse,
        to operation: Operation,
        by role: PoolCredentials.Role,
        keys: Credentials,
        skew: Int64,
        mayRepair: Bool
    ) async -> Attempt {
        let classified = await LongWork.run(on: response.body.count, most: LongWork.mostOfUpstream) {
            ClassifiedResponse(response, to: operation.name)
        }
        switch classified {
        case .response(let allowed, let page, let change):
            let status = response.status
            health.withLock {
                $0.skew.accepted(signedWith: skew)
                $0.refusals = 0
            }
            let isThrottling = status >= 400 && recordError(response, to: operation)
            pacer?.responded(
                operation.name,
                of: role.number,
                isThrottling: isThrottling
            )
            let end = Forwarded(
                result: .success(allowed),
                page: page,
                change: change,
                pageDate: page == nil ? nil : response.fields.value(of: "date")
            )
            if status >= 500 { return .failed(end, .answered(status: status)) }
            return .ended(end)
        case .signatureRefused(let refusal):
            let reason = await recover(
                refusal,
                in: response,
                keys: keys,
                of: role.provider,
                skew: skew,
                mayRefresh: mayRepair
            )
            guard mayRepair, let reason else { return refused(refusal.name, in: response, to: operation) }
            return .signatureRepaired(reason)
        case .rightsRefused(let name):
            return refused(name, in: response, to: operation)
        case .malformed(let detail):
            return end(with: .malformedResponse(detail), of: operation, because: detail)
        }
    }

    /// Ends with an error that is not one of the HTTP client, and reports it.
    private func end(
        with error: GatewayError,
        of operation: Operation,
        because detail: String? = nil
    ) -> Attempt {
        if let failures, let reason = error.failureReason {
            failures.record(UpstreamFailure(reason, of: operation.name, detail: detail))
        }
        return .end(error)
    }

    /// Reports a refusal of the gateway itself by the name that AWS gave it, and ends with it.
    private func refused(_ name: String, in response: WireResponse, to operation: Operation) -> Attempt {
        health.withLock { $0.refusals = min($0.refusals + 1, 1_000_000) }
        let reason = FailureReason(refusal: name)
        failures?.record(UpstreamFailure(reason, of: operation.name, in: Response(response), named: name))
        return .end(.refusedByUpstream(name))
    }

    /// Reports an error of AWS that passes to the caller, if it is a failure and not an answer.
    ///
    /// - Returns: Whether AWS asks for fewer requests.
    private func recordError(_ wire: WireResponse, to operation: Operation) -> Bool {
        let response = Response(wire)
        let asksForLess = response.asksForLess
        if asksForLess { metrics.count(.upstreamThrottled) }
        if let failures, asksForLess || response.head.status.code >= 500 {
            failures.record(UpstreamFailure(asksForLess ? .throttled : nil, of: operation.name, in: response))
        }
        return asksForLess
    }

    private func recordResult(status: Int, permit: CircuitBreaker.Permit, isFirst: Bool, now: Instant) {
        changeHealth(because: nil) { health in
            if AttemptFailure.answered(status: status).isUpstreamsFault {
                health.breaker.failed(permit, now: now, random: .random(in: .min ... .max))
            } else {
                health.breaker.succeeded(permit)
                if isFirst { health.budget.earn() }
            }
        }
    }

    private func recordResult(_ error: UpstreamError, permit: CircuitBreaker.Permit, now: Instant) {
        changeHealth(because: FailureReason(error.cause)) { health in
            switch error.kind {
            case .cancelled, .unavailable:
                health.breaker.abandoned(permit, now: now)
            case .unreachable, .timedOut, .cut, .malformed, .tooLarge:
                health.breaker.failed(permit, now: now, random: .random(in: .min ... .max))
            }
        }
    }

    /// Changes the health of upstream, and tells if that opened or closed the circuit.
    private func changeHealth(because reason: FailureReason?, _ change: (inout UpstreamHealth) -> Void) {
        let (was, now) = health.withLock { health in
            let was = health.breaker.isClosed
            change(&health)
            return (was, health.breaker.isClosed)
        }
        guard was != now else { return }
        if now { failures?.circuitClosed() } else { failures?.circuitOpened(after: reason) }
    }
}

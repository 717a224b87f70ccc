import Synchronization
import Telemetry

/// The conditions of readiness.
extension Service {
    /// The number of refusals in a row from which on AWS is taken to refuse all calls.
    private static let refusalsOfAll = 3

    var checks: [HealthCheck] {
        let (phase, binding) = state.withLock { ($0.phase, $0.binding) }
        let (status, forwarder) = (binding.credentialsStatus, binding.forwarder)
        return [
            HealthCheck("listener", isPassing: phase == .serving, detail: phase.rawValue),
            HealthCheck(
                "credentials",
                isPassing: status.hasCredentials,
                detail: status.problem ?? status.sourceName ?? "not loaded yet"
            ),
            upstreamCheck(forwarder.circuit),
            awsCheck(refusals: forwarder.refusals),
        ] + tokenChecks
    }

    /// The check whether the tokens of each issuer can be verified; none without issuers.
    ///
    /// It does not decide about readiness: other callers are served without these keys.
    private var tokenChecks: [HealthCheck] {
        let states = issuers.states
        guard !states.isEmpty else { return [] }
        let faults = states.compactMap { state -> String? in
            if state.isUsable, state.fault == nil { return nil }
            return "\(state.issuerName): \(state.fault ?? "no keys yet")"
        }
        return [
            HealthCheck(
                "tokens",
                isPassing: states.allSatisfy(\.isUsable),
                isAdvisory: true,
                detail: faults.isEmpty ? nil : faults.joined(separator: "; ")
            )
        ]
    }

    private func upstreamCheck(_ circuit: CircuitState) -> HealthCheck {
        guard circuit != .closed else { return HealthCheck("upstream", isPassing: true) }
        let cause = failures.cause.map { "; \($0)" } ?? ""
        return HealthCheck("upstream", isPassing: false, detail: "circuit is \(circuit.rawValue)\(cause)")
    }

    /// Returns the check whether AWS accepts the gateway at all.
    ///
    /// It does not decide about readiness. A gateway that gets no requests could not find out that AWS accepts it
    /// again, and all gateways of an account would leave at once, with what their caches still serve.
    private func awsCheck(refusals: Int) -> HealthCheck {
        guard refusals >= Self.refusalsOfAll else {
            return HealthCheck("aws", isPassing: true, isAdvisory: true)
        }
        let cause = failures.refusal.map { "; \($0)" } ?? ""
        return HealthCheck(
            "aws",
            isPassing: false,
            isAdvisory: true,
            detail: "refused the last \(refusals) calls\(cause)"
        )
    }
}

package import CognitoSync
import GatewayConfiguration
package import Policy
import Synchronization
package import Telemetry

/// The charge of upstream requests: each costs its identity and upstream one token.
///
/// An operation without an identity is not bound by an identity's rate.
extension Admission {
    /// Charges the first upstream request for a request of a caller.
    ///
    /// - Throws: `throttled` with the policy whose bucket is empty; then no bucket was charged.
    func admitUpstream(
        _ operation: Operation,
        context: inout RequestContext,
        now: Instant
    ) throws(GatewayError) {
        let decision = decide(operation, now: now)
        if let identity = decision.facts.identity { context.record.throttle.identity = identity }
        if let upstream = decision.facts.upstream { context.record.throttle.upstream = upstream }
        if let refusal = decision.refusal { throw refusal }
    }

    /// Charges both buckets, or neither.
    ///
    /// - Returns: The decisions that were made, and the refusal if one of them is such.
    func decide(_ operation: Operation, now: Instant) -> (facts: ThrottleFacts, refusal: GatewayError?) {
        var facts = ThrottleFacts()
        let identity = identityBucket(of: operation)
        if let identity {
            let decision = identities.consume(identity, now: now)
            facts.identity = decision.isAdmitted ? .admitted : .refused
            if !decision.isAdmitted { return (facts, .throttled(.identity, decision)) }
        }
        let decision = upstream.consume(.everyone, now: now)
        facts.upstream = decision.isAdmitted ? .admitted : .refused
        if decision.isAdmitted { return (facts, nil) }
        if let identity { identities.giveBack(identity) }
        return (facts, .throttled(.upstream, decision))
    }

    private func identityBucket(of operation: Operation) -> ThrottleKey? {
        operation.owner.map { owner in
            identityKey.load(ordering: .relaxed) == .identity ? .identity(owner) : .everyone
        }
    }
}

extension Admission: UpstreamMeter {
    package func admitRetry(of operation: Operation, now: Instant) -> ThrottleFacts {
        decide(operation, now: now).facts
    }

    package func chargeFollowUp(of operation: Operation, now: Instant) {
        if let identity = identityBucket(of: operation) { identities.consumeIntoDebt(identity, now: now) }
        upstream.consumeIntoDebt(.everyone, now: now)
    }
}

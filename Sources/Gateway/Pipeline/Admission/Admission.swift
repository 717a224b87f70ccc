package import GatewayConfiguration
package import Policy
package import Serving
import Synchronization
import Telemetry

/// The decision whether a request may go on: three throttle policies and the bounds on work in flight.
///
/// The one bucket of upstream has a lock of its own. Only a forwarded request takes it.
package final class Admission: Sendable {
    private static let shardCount = 16

    let callers: ThrottleShards
    let identities: ThrottleShards
    let upstream: ThrottleShards
    let concurrency: Concurrency
    /// The bounds of callers with names.
    let accounts = CallerAccounts()
    /// The part of a caller that its bucket is keyed by; atomic, since every request reads it.
    let callerKey: Atomic<CallerKey>
    let identityKey: Atomic<IdentityKey>

    package init(_ configuration: Configuration, now: Instant) {
        let throttle = configuration.throttle
        func shards(_ rate: Rate) -> ThrottleShards {
            ThrottleShards(rate, capacity: throttle.keys, shardCount: Self.shardCount, now: now)
        }
        callers = shards(throttle.callerRate)
        identities = shards(throttle.identityRate)
        upstream = ThrottleShards(throttle.upstreamRate, capacity: 1, shardCount: 1, now: now)
        concurrency = Concurrency(configuration, now: now)
        callerKey = Atomic(throttle.caller.key)
        identityKey = Atomic(throttle.identity.key)
        accounts.adopt(configuration.callers.list ?? [], now: now)
    }

    /// Adopts the rates and bounds of a new configuration.
    ///
    /// Levels stay, up to the new bursts.
    package func reload(_ configuration: Configuration, now: Instant) {
        let throttle = configuration.throttle
        callers.resize(throttle.callerRate, capacity: throttle.keys, now: now)
        identities.resize(throttle.identityRate, capacity: throttle.keys, now: now)
        upstream.resize(throttle.upstreamRate, capacity: 1, now: now)
        concurrency.reload(configuration, now: now)
        callerKey.store(throttle.caller.key, ordering: .relaxed)
        identityKey.store(throttle.identity.key, ordering: .relaxed)
        accounts.adopt(configuration.callers.list ?? [], now: now)
    }

    package var inFlight: Int { concurrency.inFlight }

    /// The number of keys with a bucket, by policy.
    package var keyCounts: (caller: Int, identity: Int, upstream: Int) {
        (callers.count, identities.count, upstream.count)
    }
}

extension Admission {
    /// Charges the caller one token for a request, however it is answered.
    ///
    /// - Throws: `throttled` if its bucket is empty.
    func admitCaller(_ context: inout RequestContext, now: Instant) throws(GatewayError) {
        if context.isAddressCharged, isKnownByAddress(context.known) { return }
        let decision = consume(of: context.caller, known: context.known, now: now)
        context.record.throttle.caller = decision.isAdmitted ? .admitted : .refused
        if !decision.isAdmitted { throw .throttled(.caller, decision) }
    }

    /// Charges the caller of a request that is not decoded yet.
    ///
    /// - Returns: False if its bucket is empty; then nothing was consumed.
    @inline(__always)
    func admitCaller(_ caller: Caller, known: KnownCaller? = nil, now: Instant) -> Bool {
        consume(of: caller, known: known, now: now).isAdmitted
    }

    /// Charges the address of a request whose caller is not known before a signature is verified.
    ///
    /// - Throws: `throttled` if its bucket is empty.
    func admitAddress(_ context: inout RequestContext, now: Instant) throws(GatewayError) {
        let decision = callers.consume(.address(context.caller.network), now: now)
        context.isAddressCharged = true
        context.record.throttle.caller = decision.isAdmitted ? .admitted : .refused
        if !decision.isAdmitted { throw .throttled(.caller, decision) }
    }

    /// Returns whether the bucket of a caller is that of its address.
    private func isKnownByAddress(_ known: KnownCaller?) -> Bool {
        callerKey.load(ordering: .relaxed) == .address
            && known?.account?.hasBucket.load(ordering: .relaxed) != true
    }

    /// Charges the caller for a request that was refused as invalid: that is not free either.
    package func chargeCaller(_ caller: Caller, now: Instant) {
        _ = consume(of: caller, known: nil, now: now)
    }

    @inline(__always)
    private func consume(of caller: Caller, known: KnownCaller?, now: Instant) -> ThrottleDecision {
        if let decision = known?.account?.consume(now: now) { return decision }
        let key: ThrottleKey =
            switch callerKey.load(ordering: .relaxed) {
            case .address: .address(caller.network)
            case .caller:
                (known?.name ?? caller.certificate?.first).map(ThrottleKey.caller) ?? .address(caller.network)
            case .none: .everyone
            }
        return callers.consume(key, now: now)
    }
}

package import CognitoSync
package import Policy
package import Serving
package import Synchronization

/// The shell around the buckets and the cap on requests in flight.
///
/// Keys are spread over shards, so that no lock is shared by all callers; the upstream's one bucket has its own
/// lock, which only a request that is forwarded takes.
package final class Admission: Sendable {
    private final class Shard: Sendable {
        let throttle: Mutex<Throttle>

        init(_ throttle: Throttle) { self.throttle = Mutex(throttle) }
    }

    private static let shardCount = 16

    private let callers: [Shard]
    private let identities: [Shard]
    private let upstream: Shard
    /// Who is in work, and how many more the event loops can bear.
    private struct Concurrency {
        var limit: InFlightLimit
        var lag: LoopLag

        init(_ configuration: Configuration, now: Instant) {
            let forwards = configuration.upstream.connections + configuration.upstream.queue
            limit = InFlightLimit(total: configuration.limits.inFlight, forwards: forwards)
            lag = LoopLag(most: forwards, now: now)
        }
    }

    private let concurrency: Mutex<Concurrency>
    /// What `concurrency` last said of itself, for those who only want to know.
    private let isFull: Atomic<Bool>
    /// How many requests may still be looked at while nothing more is forwarded.
    private let probeBudget: Mutex<TokenBucket>
    /// Read by every request, so that no lock is.
    private let callerKey: Atomic<CallerKey>
    private let identityKey: Atomic<IdentityKey>

    package init(_ configuration: Configuration, now: Instant) {
        func shards(_ rate: Rate) -> [Shard] {
            let capacity = max(1, configuration.throttle.keys / Self.shardCount)
            return (0..<Self.shardCount).map { _ in Shard(Throttle(rate, capacity: capacity, now: now)) }
        }
        callers = shards(configuration.throttle.callerRate)
        identities = shards(configuration.throttle.identityRate)
        upstream = Shard(Throttle(configuration.throttle.upstreamRate, capacity: 1, now: now))
        concurrency = Mutex(Concurrency(configuration, now: now))
        isFull = Atomic(false)
        probeBudget = Mutex(TokenBucket(Self.probeRate, now: now))
        callerKey = Atomic(configuration.throttle.caller.key)
        identityKey = Atomic(configuration.throttle.identity.key)
    }

    /// Takes the rates of a new configuration over; levels stay, up to the new bursts.
    package func reload(_ configuration: Configuration, now: Instant) {
        func resize(_ shards: [Shard], _ rate: Rate) {
            for shard in shards { shard.throttle.withLock { $0.resize(rate, now: now) } }
        }
        resize(callers, configuration.throttle.callerRate)
        resize(identities, configuration.throttle.identityRate)
        resize([upstream], configuration.throttle.upstreamRate)
        let fresh = Concurrency(configuration, now: now)
        change { concurrency in
            concurrency.lag = fresh.lag
            concurrency.limit.resize(total: fresh.limit.total, forwards: fresh.limit.forwards)
        }
        callerKey.store(configuration.throttle.caller.key, ordering: .relaxed)
        identityKey.store(configuration.throttle.identity.key, ordering: .relaxed)
    }
}

extension Admission {
    /// Every request costs its caller a token, whatever answers it.
    package func admitCaller(
        _ caller: Caller,
        context: inout RequestContext,
        now: Instant
    ) throws(GatewayError) {
        let decision = takeFromCaller(caller, now: now)
        context.record.throttle.caller = decision.isAdmitted ? .admitted : .refused
        if !decision.isAdmitted { throw .throttled(.caller, decision) }
    }

    /// The same for a request that is not a call yet: takes a token, or nothing.
    package func admitCaller(_ caller: Caller, now: Instant) -> Bool {
        takeFromCaller(caller, now: now).isAdmitted
    }

    /// A request that was refused as invalid is not free either.
    package func chargeCaller(_ caller: Caller, now: Instant) {
        _ = takeFromCaller(caller, now: now)
    }

    /// What is forwarded costs its identity a token and the upstream one, or neither.
    package func admitUpstream(
        _ operation: Operation,
        context: inout RequestContext,
        now: Instant
    ) throws(GatewayError) {
        let key =
            operation.owner.flatMap { owner in
                identityKey.load(ordering: .relaxed) == .identity ? ThrottleKey.identity(owner) : nil
            } ?? .everyone
        // An operation without an identity is not held to an identity's rate.
        let isCounted = operation.owner != nil
        if isCounted {
            let decision = shard(of: key, in: identities).throttle.withLock { $0.consume(key, now: now) }
            context.record.throttle.identity = decision.isAdmitted ? .admitted : .refused
            if !decision.isAdmitted { throw .throttled(.identity, decision) }
        }
        let decision = upstream.throttle.withLock { $0.consume(.everyone, now: now) }
        context.record.throttle.upstream = decision.isAdmitted ? .admitted : .refused
        guard decision.isAdmitted else {
            if isCounted { shard(of: key, in: identities).throttle.withLock { $0.giveBack(key) } }
            throw .throttled(.upstream, decision)
        }
    }

    private func takeFromCaller(_ caller: Caller, now: Instant) -> ThrottleDecision {
        let key: ThrottleKey =
            switch callerKey.load(ordering: .relaxed) {
            case .address: .address(caller.address)
            case .certificate: caller.certificate.map(ThrottleKey.caller) ?? .address(caller.address)
            case .none: .everyone
            }
        return shard(of: key, in: callers).throttle.withLock { $0.consume(key, now: now) }
    }

    /// Of an address, which is what most callers are told by, the fingerprint will do: the table hashes it once more.
    private func shard(of key: ThrottleKey, in shards: [Shard]) -> Shard {
        let number =
            if case .address(let address) = key { address.fingerprint } else {
                UInt64(bitPattern: Int64(key.hashValue))
            }
        return shards[Int(number % UInt64(shards.count))]
    }

    /// How many keys each policy's table knows.
    package var keyCounts: (caller: Int, identity: Int, upstream: Int) {
        func count(_ shards: [Shard]) -> Int { shards.reduce(0) { $0 + $1.throttle.withLock { $0.count } } }
        return (count(callers), count(identities), count([upstream]))
    }
}

extension Admission {
    /// A place among the requests in flight; given back once, when its holder leaves or is forgotten.
    package final class InFlightSlot: Sendable {
        private let admission: Admission
        private let kind: InFlightLimit.Kind
        private let isHeld = Atomic(true)

        fileprivate init(_ admission: Admission, for kind: InFlightLimit.Kind) {
            self.admission = admission
            self.kind = kind
        }

        deinit { release() }

        package func release() {
            guard isHeld.exchange(false, ordering: .relaxed) else { return }
            admission.change { $0.limit.release(kind) }
        }
    }

    package func acquire(for kind: InFlightLimit.Kind) throws(GatewayError) -> InFlightSlot {
        let isAdmitted = change { concurrency in
            let isAdmitted = concurrency.limit.acquire(kind)
            if !isAdmitted { concurrency.lag.refused() }
            return isAdmitted
        }
        guard isAdmitted else { throw .overloaded }
        return InFlightSlot(self, for: kind)
    }

    package var inFlight: Int { concurrency.withLock { $0.limit.count } }

    /// Takes note of an answer that was ready `lag` nanoseconds before its event loop came to it.
    package func recordLag(_ lag: Int64, now: Instant) {
        change { concurrency in
            concurrency.lag.record(lag, now: now)
            concurrency.limit.resize(total: concurrency.limit.total, forwards: concurrency.lag.limit)
        }
    }

    /// Whether a request that no table of hits knows is refused before anybody looks what it is.
    ///
    /// While nothing more can be forwarded, most of what comes will be refused, and to find that out costs several
    /// times what the refusal does: under a flood the looking would take what the admitted ones need. But some of it
    /// may be answered from the table, all the more when the origin is down; so as many are looked at as cost little.
    package func refusesUnseen(now: Instant) -> Bool {
        guard isFull.load(ordering: .relaxed) else { return false }
        guard case .refused = probeBudget.withLock({ $0.consume(now: now) }) else { return false }
        concurrency.withLock { $0.lag.refused() }
        return true
    }

    /// A few per cent of one core's time.
    private static let probeRate = Rate.bounded(1000, burst: 50)

    private func change<Result: Sendable>(_ body: (inout Concurrency) -> Result) -> Result {
        concurrency.withLock { concurrency in
            let result = body(&concurrency)
            isFull.store(concurrency.limit.isFull, ordering: .relaxed)
            return result
        }
    }
}

extension CallerKey: AtomicRepresentable {
    package static func encodeAtomicRepresentation(_ value: consuming Self) -> UInt8.AtomicRepresentation {
        let code: UInt8 =
            switch value {
            case .address: 0
            case .certificate: 1
            case .none: 2
            }
        return UInt8.encodeAtomicRepresentation(code)
    }

    package static func decodeAtomicRepresentation(_ storage: consuming UInt8.AtomicRepresentation) -> Self {
        switch UInt8.decodeAtomicRepresentation(storage) {
        case 0: .address
        case 1: .certificate
        default: .none
        }
    }
}

extension IdentityKey: AtomicRepresentable {
    package static func encodeAtomicRepresentation(_ value: consuming Self) -> UInt8.AtomicRepresentation {
        UInt8.encodeAtomicRepresentation(value == .identity ? 0 : 1)
    }

    package static func decodeAtomicRepresentation(_ storage: consuming UInt8.AtomicRepresentation) -> Self {
        UInt8.decodeAtomicRepresentation(storage) == 0 ? .identity : .none
    }
}

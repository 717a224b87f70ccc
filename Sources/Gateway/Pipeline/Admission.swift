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
    private struct Places {
        var limit: InFlightLimit
        var lag: LoopLag

        init(_ configuration: Configuration, now: Instant) {
            let forwards = configuration.upstream.connections + configuration.upstream.queue
            limit = InFlightLimit(total: configuration.limits.inFlight, forwards: forwards)
            lag = LoopLag(most: forwards, now: now)
        }
    }

    private let places: Mutex<Places>
    /// What `places` last said of itself, for those who only want to know.
    private let isFull: Atomic<Bool>
    /// How many requests may still be looked at while nothing more is forwarded.
    private let looks: Mutex<TokenBucket>
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
        places = Mutex(Places(configuration, now: now))
        isFull = Atomic(false)
        looks = Mutex(TokenBucket(Self.looksWhileFull, now: now))
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
        let fresh = Places(configuration, now: now)
        change { places in
            places.lag = fresh.lag
            places.limit.resize(total: fresh.limit.total, forwards: fresh.limit.forwards)
        }
        callerKey.store(configuration.throttle.caller.key, ordering: .relaxed)
        identityKey.store(configuration.throttle.identity.key, ordering: .relaxed)
    }
}

extension Admission {
    /// Every request costs its caller a token, whatever answers it.
    package func admitCaller(_ peer: Peer, call: inout Call, now: Instant) throws(GatewayError) {
        let decision = takeFromCaller(peer, now: now)
        call.exchange.throttle.caller = decision.isAdmitted ? .admitted : .refused
        if !decision.isAdmitted { throw .throttled(.caller, decision) }
    }

    /// The same for a request that is not a call yet: takes a token, or nothing.
    package func admitCaller(_ peer: Peer, now: Instant) -> Bool {
        takeFromCaller(peer, now: now).isAdmitted
    }

    /// A request that was refused as invalid is not free either.
    package func chargeCaller(_ peer: Peer, now: Instant) {
        _ = takeFromCaller(peer, now: now)
    }

    /// What is forwarded costs its identity a token and the upstream one, or neither.
    package func admitUpstream(_ operation: Operation, call: inout Call, now: Instant) throws(GatewayError) {
        let key =
            operation.owner.flatMap { owner in
                identityKey.load(ordering: .relaxed) == .identity ? ThrottleKey.identity(owner) : nil
            } ?? .everyone
        // An operation without an identity is not held to an identity's rate.
        let isCounted = operation.owner != nil
        if isCounted {
            let decision = shard(of: key, in: identities).throttle.withLock { $0.take(key, now: now) }
            call.exchange.throttle.identity = decision.isAdmitted ? .admitted : .refused
            if !decision.isAdmitted { throw .throttled(.identity, decision) }
        }
        let decision = upstream.throttle.withLock { $0.take(.everyone, now: now) }
        call.exchange.throttle.upstream = decision.isAdmitted ? .admitted : .refused
        guard decision.isAdmitted else {
            if isCounted { shard(of: key, in: identities).throttle.withLock { $0.giveBack(key) } }
            throw .throttled(.upstream, decision)
        }
    }

    private func takeFromCaller(_ peer: Peer, now: Instant) -> ThrottleDecision {
        let key: ThrottleKey =
            switch callerKey.load(ordering: .relaxed) {
            case .address: .address(peer.address)
            case .certificate: peer.certificate.map(ThrottleKey.caller) ?? .address(peer.address)
            case .none: .everyone
            }
        return shard(of: key, in: callers).throttle.withLock { $0.take(key, now: now) }
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
    package final class Place: Sendable {
        private let admission: Admission
        private let errand: InFlightLimit.Errand
        private let isHeld = Atomic(true)

        fileprivate init(_ admission: Admission, for errand: InFlightLimit.Errand) {
            self.admission = admission
            self.errand = errand
        }

        deinit { leave() }

        package func leave() {
            guard isHeld.exchange(false, ordering: .relaxed) else { return }
            admission.change { $0.limit.leave(errand) }
        }
    }

    package func enter(for errand: InFlightLimit.Errand) throws(GatewayError) -> Place {
        let isLetIn = change { places in
            let isLetIn = places.limit.enter(errand)
            if !isLetIn { places.lag.refused() }
            return isLetIn
        }
        guard isLetIn else { throw .overloaded }
        return Place(self, for: errand)
    }

    package var inFlight: Int { places.withLock { $0.limit.count } }

    /// Takes note of an answer that was ready `lag` nanoseconds before its event loop came to it.
    package func noteLag(_ lag: Int64, now: Instant) {
        change { places in
            places.lag.note(lag, now: now)
            places.limit.resize(total: places.limit.total, forwards: places.lag.limit)
        }
    }

    /// Whether a request that no table of hits knows is refused before anybody looks what it is.
    ///
    /// While nothing more can be forwarded, most of what comes will be refused, and to find that out costs several
    /// times what the refusal does: under a flood the looking would take what the admitted ones need. But some of it
    /// may be answered from the table, all the more when the origin is down; so as many are looked at as cost little.
    package func refusesUnseen(now: Instant) -> Bool {
        guard isFull.load(ordering: .relaxed) else { return false }
        guard case .refused = looks.withLock({ $0.take(now: now) }) else { return false }
        places.withLock { $0.lag.refused() }
        return true
    }

    /// A few per cent of one core's time.
    private static let looksWhileFull = Rate.bounded(1000, burst: 50)

    private func change<Result: Sendable>(_ body: (inout Places) -> Result) -> Result {
        places.withLock { places in
            let result = body(&places)
            isFull.store(places.limit.isFull, ordering: .relaxed)
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

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
        let throttle: Mutex<Throttle<ThrottleKey>>

        init(_ throttle: Throttle<ThrottleKey>) { self.throttle = Mutex(throttle) }
    }

    private static let shardCount = 16

    private let callers: [Shard]
    private let identities: [Shard]
    private let upstream: Shard
    private let places: Mutex<InFlightLimit>
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
        places = Mutex(InFlightLimit(configuration.limits.inFlight))
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
        places.withLock { $0.resize(configuration.limits.inFlight) }
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

    private func shard(of key: ThrottleKey, in shards: [Shard]) -> Shard {
        shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
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
        private let isHeld = Atomic(true)

        fileprivate init(_ admission: Admission) { self.admission = admission }

        deinit { leave() }

        package func leave() {
            if isHeld.exchange(false, ordering: .relaxed) { admission.places.withLock { $0.leave() } }
        }
    }

    package func enter() throws(GatewayError) -> Place {
        guard places.withLock({ $0.enter() }) else { throw .overloaded }
        return Place(self)
    }

    package var inFlight: Int { places.withLock { $0.count } }
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

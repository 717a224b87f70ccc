import Policy
import Synchronization

/// The bucket, the places in flight and the counters of one named caller; they outlive a reload.
final class CallerAccount: Sendable {
    /// The end of a request of the caller.
    enum Outcome: String, CaseIterable, Sendable {
        /// The request was permitted and admitted, whatever its response was.
        case served
        /// No grant covers the request.
        case denied
        /// The bucket or the places of the caller did not allow for it.
        case throttled
    }

    let name: String
    /// The bucket of the caller's own; nil where it has that of its kind.
    private let bucket = Mutex<TokenBucket?>(nil)
    private let most = Atomic(Int.max)
    private let places = Atomic(0)
    private let served = Atomic<UInt64>(0)
    private let denied = Atomic<UInt64>(0)
    private let throttled = Atomic<UInt64>(0)
    /// Whether there is a bucket; read without its lock.
    let hasBucket = Atomic(false)

    init(name: String) { self.name = name }

    /// Adopts the bounds of a configuration.
    ///
    /// The level of the bucket stays, up to the new burst, and places in use stay in use.
    func adopt(_ rate: Rate?, most: Int?, now: Instant) {
        bucket.withLock { bucket in
            guard let rate else {
                bucket = nil
                return
            }
            if bucket == nil { bucket = TokenBucket(rate, now: now) } else { bucket?.resize(rate, now: now) }
        }
        hasBucket.store(rate != nil, ordering: .relaxed)
        self.most.store(most ?? .max, ordering: .relaxed)
    }

    /// Takes a token of the caller's own bucket; nil if it has none.
    @inline(__always)
    func consume(now: Instant) -> ThrottleDecision? {
        guard hasBucket.load(ordering: .relaxed) else { return nil }
        return bucket.withLock { bucket in
            guard let rate = bucket?.rate, let outcome = bucket?.consume(now: now) else { return nil }
            return ThrottleDecision(outcome, rate: rate)
        }
    }

    /// Takes a place in flight; false if all of the caller's are taken.
    func enter() -> Bool {
        let count = places.add(1, ordering: .relaxed).newValue
        guard count > most.load(ordering: .relaxed) else { return true }
        leave()
        return false
    }

    func leave() { places.subtract(1, ordering: .relaxed) }

    var inFlight: Int { places.load(ordering: .relaxed) }

    @inline(__always)
    func count(_ outcome: Outcome) {
        switch outcome {
        case .served: served.wrappingAdd(1, ordering: .relaxed)
        case .denied: denied.wrappingAdd(1, ordering: .relaxed)
        case .throttled: throttled.wrappingAdd(1, ordering: .relaxed)
        }
    }

    func count(of outcome: Outcome) -> UInt64 {
        switch outcome {
        case .served: served.load(ordering: .relaxed)
        case .denied: denied.load(ordering: .relaxed)
        case .throttled: throttled.load(ordering: .relaxed)
        }
    }
}

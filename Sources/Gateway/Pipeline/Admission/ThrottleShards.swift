import Policy
import Serving
import Synchronization

/// A throttle policy: a bucket for each key, spread over shards so that callers share no lock.
struct ThrottleShards: Sendable {
    private final class Shard: Sendable {
        let throttle: Mutex<Throttle>

        init(_ throttle: Throttle) { self.throttle = Mutex(throttle) }
    }

    private let shards: [Shard]

    /// - Parameter capacity: The number of buckets in all shards together.
    init(_ rate: Rate, capacity: Int, shardCount: Int, now: Instant) {
        let share = max(1, capacity / shardCount)
        shards = (0..<shardCount).map { _ in Shard(Throttle(rate, capacity: share, now: now)) }
    }

    /// Consumes a token of the key, if its bucket has one.
    @inline(__always)
    func consume(_ key: ThrottleKey, now: Instant) -> ThrottleDecision {
        shard(of: key).throttle.withLock { $0.consume(key, now: now) }
    }

    /// Consumes a token of the key, also where its bucket has none.
    func consumeIntoDebt(_ key: ThrottleKey, now: Instant) {
        shard(of: key).throttle.withLock { $0.consumeIntoDebt(key, now: now) }
    }

    /// Returns a token that was consumed for something that did not happen.
    func giveBack(_ key: ThrottleKey) {
        shard(of: key).throttle.withLock { $0.giveBack(key) }
    }

    /// Changes the rate of all buckets, and the number of buckets in all shards together.
    ///
    /// Levels stay, up to the new burst.
    func resize(_ rate: Rate, capacity: Int, now: Instant) {
        let share = max(1, capacity / shards.count)
        for shard in shards { shard.throttle.withLock { $0.resize(rate, capacity: share, now: now) } }
    }

    /// The rate of the buckets, and the number of them that fit.
    var bounds: (rate: Rate, capacity: Int) {
        let shares = shards.map { $0.throttle.withLock { ($0.rate, $0.capacity) } }
        return (shares.first?.0 ?? .bounded(1, burst: 1), shares.reduce(0) { $0 &+ $1.1 })
    }

    /// The number of keys with a bucket.
    var count: Int { shards.reduce(0) { $0 + $1.throttle.withLock { $0.count } } }

    /// Returns the shard of a key.
    ///
    /// The fingerprint of an address is enough, and most callers are told apart by address: the table hashes the
    /// key once more.
    @inline(__always)
    private func shard(of key: ThrottleKey) -> Shard {
        let number =
            if case .address(let address) = key { address.fingerprint } else {
                UInt64(bitPattern: Int64(key.hashValue))
            }
        return shards[Int(number % UInt64(shards.count))]
    }
}

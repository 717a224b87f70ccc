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

    /// Changes the rate of all buckets.
    ///
    /// Levels stay, up to the new burst.
    func resize(_ rate: Rate, now: Instant) {
        for shard in shards { shard.throttle.withLock { $0.resize(rate, now: now) } }
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

import CognitoSync
import Policy
import Serving
import Synchronization

/// A target, as it was spelt, that a call in the air will answer.
final class FastPathFetch: Sendable {
    let target: WireBytes
    let key: PageKey
    fileprivate let generation: UInt64
    /// Gone with the last who waits for it, so that what it brings is kept no longer than they need it.
    private weak let fetch: RecordsCache.Fetch?
    private let lease: FetchLease

    init(
        target: WireBytes,
        key: PageKey,
        generation: UInt64,
        fetch: RecordsCache.Fetch,
        lease: FetchLease
    ) {
        self.target = target
        self.key = key
        self.generation = generation
        self.fetch = fetch
        self.lease = lease
    }

    /// The call, if the table would let a read join it now.
    func joinable(now: Instant) -> RecordsCache.Fetch? { lease.isJoinable(now: now) ? fetch : nil }
}

/// The calls in the air that requests of one event loop have asked for or joined, by the target of these.
///
/// What `FastPathPages` is for pages that are there, this is for those that are to come.
final class FastPathFetches: Sendable {
    /// Each target has one place; two that share it take it from each other, and one goes the long way.
    private static let concurrency = 1024

    private let fetches = Mutex([FastPathFetch?](repeating: nil, count: concurrency))

    /// The call that answers a target, for a request that is permitted by the settings of `generation`.
    func find(_ target: WireBytes, generation: UInt64) -> FastPathFetch? {
        let slot = Self.slot(of: target)
        guard let context = fetches.withLock({ $0[slot] }), context.generation == generation,
            context.target == target
        else { return nil }
        return context
    }

    func remember(_ context: FastPathFetch) {
        guard context.target.count <= FastPathPages.longestTarget else { return }
        let slot = Self.slot(of: context.target)
        fetches.withLock { $0[slot] = context }
    }

    private static func slot(of target: WireBytes) -> Int {
        Int(truncatingIfNeeded: target.fingerprint % UInt64(concurrency))
    }
}

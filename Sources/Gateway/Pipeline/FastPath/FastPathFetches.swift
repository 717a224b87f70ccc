import CognitoSync
import Policy
import Serving
import Synchronization

/// A target, in the spelling of one request, with the fetch under way for its page.
final class FastPathFetch: Sendable {
    let target: WireBytes
    /// The rights of the requests that it is for.
    fileprivate let permit: UInt64
    let key: PageKey
    fileprivate let generation: UInt64
    /// Weak, so that the completion lives no longer than the requests that wait for it.
    private weak let fetch: RecordsCache.Fetch?
    private let lease: FetchLease

    init(
        target: WireBytes,
        permit: UInt64,
        key: PageKey,
        generation: UInt64,
        fetch: RecordsCache.Fetch,
        lease: FetchLease
    ) {
        self.target = target
        self.permit = permit
        self.key = key
        self.generation = generation
        self.fetch = fetch
        self.lease = lease
    }

    /// Returns the fetch; nil if the table would not let a read join it now.
    func joinable(now: Instant) -> RecordsCache.Fetch? { lease.isJoinable(now: now) ? fetch : nil }
}

/// The fetches that requests of one event loop lead or have joined, by the targets of these requests.
///
/// It is to pages that are fetched what ``FastPathPages`` is to cached pages.
final class FastPathFetches: Sendable {
    /// The number of slots.
    ///
    /// Two targets with the same slot overwrite each other, and one takes the regular path.
    private static let slotCount = 1024

    private let slots = Mutex([FastPathFetch?](repeating: nil, count: slotCount))

    /// Returns the fetch for a target that requests with these rights were permitted under the runtime of
    /// `generation`.
    func find(_ target: WireBytes, permit: UInt64, generation: UInt64) -> FastPathFetch? {
        let index = Self.index(of: target, permit)
        guard let fetch = slots.withLock({ $0[index] }), fetch.generation == generation,
            fetch.permit == permit, fetch.target == target
        else { return nil }
        return fetch
    }

    func remember(_ fetch: FastPathFetch) {
        guard fetch.target.count <= FastPathPages.longestTarget else { return }
        let index = Self.index(of: fetch.target, fetch.permit)
        slots.withLock { $0[index] = fetch }
    }

    private static func index(of target: WireBytes, _ permit: UInt64) -> Int {
        Int(truncatingIfNeeded: (target.fingerprint ^ permit) % UInt64(slotCount))
    }
}

import CognitoSync
import Policy
import Serving
import Synchronization

/// A target, as it was spelt, that has been answered from the table: what the decoder made of that very spelling.
final class FastPathPage: Sendable {
    let target: WireBytes
    let identity: IdentityScope
    /// The table's; gone when the table lets it go, so that nothing is kept beyond its bounds.
    private weak let page: CachedPage?
    private let lease: PageLease

    init(target: WireBytes, identity: IdentityScope, page: CachedPage, lease: PageLease) {
        self.target = target
        self.identity = identity
        self.page = page
        self.lease = lease
    }

    /// The page, if the table would give it as a hit now.
    func hit(now: Instant) -> (page: CachedPage, remainingFreshness: RemainingFreshness)? {
        guard let remainingFreshness = lease.remainingFreshness(now: now), let page else { return nil }
        return (page, remainingFreshness)
    }
}

/// The hot reads of one event loop: targets that went the long way, were permitted, and were hits.
///
/// It saves the decoding and nothing else: whether there is a page, and whether the caller is admitted, is asked
/// each time, of the page's lease and not of the table. What was permitted was so by the settings of one generation, and is forgotten with them. Its lock is
/// the loop's own, so it is never waited for.
final class FastPathPages: Sendable {
    /// Longer targets always go the long way, so that the memory of this is bounded.
    static let longestTarget = 1024
    /// Each target has two places, the one it was last found in and an older one.
    static let sets = 4096

    private struct Memo {
        var generation: UInt64 = 0
        var concurrency = [FastPathPage?](repeating: nil, count: 2 * FastPathPages.sets)
        var randomness = RequestIdentity.Randomness()

        /// Forgets what other settings permitted; false if these are older than the ones in force.
        mutating func adopt(_ generation: UInt64) -> Bool {
            if generation > self.generation {
                self.generation = generation
                concurrency = [FastPathPage?](repeating: nil, count: concurrency.count)
            }
            return generation == self.generation
        }
    }

    private let memo = Mutex(Memo())
    /// What is not there yet, and has been asked for.
    let fetches = FastPathFetches()

    func find(_ target: WireBytes, generation: UInt64) -> FastPathPage? {
        let slot = Self.slot(of: target)
        return memo.withLock { memo in
            guard memo.adopt(generation) else { return nil }
            if let read = memo.concurrency[slot], read.target == target { return read }
            if let read = memo.concurrency[slot + 1], read.target == target { return read }
            return nil
        }
    }

    /// Keeps a read that was permitted by the settings of `generation`, in place of the older of two.
    func remember(_ read: FastPathPage, generation: UInt64) {
        guard read.target.count <= Self.longestTarget else { return }
        let slot = Self.slot(of: read.target)
        memo.withLock { memo in
            guard memo.adopt(generation) else { return }
            if memo.concurrency[slot]?.target != read.target {
                memo.concurrency[slot + 1] = memo.concurrency[slot]
            }
            memo.concurrency[slot] = read
        }
    }

    /// A request id for who gave none.
    func newID() -> String { memo.withLock { RequestIdentity.newID(by: &$0.randomness) } }

    private static func slot(of target: WireBytes) -> Int {
        2 * Int(truncatingIfNeeded: target.fingerprint % UInt64(sets))
    }
}

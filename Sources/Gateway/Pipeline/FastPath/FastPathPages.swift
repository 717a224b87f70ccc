import CognitoSync
import Policy
import Serving
import Synchronization

/// A target, in the spelling of one request, with the cached page that the decoder found for it.
final class FastPathPage: Sendable {
    let target: WireBytes
    /// The rights of the requests that it is for.
    let permit: UInt64
    let identity: IdentityScope
    /// The page of the table.
    ///
    /// Weak, so that no page stays beyond the bounds of the table.
    private weak let page: CachedPage?
    private let lease: PageLease

    init(target: WireBytes, permit: UInt64, identity: IdentityScope, page: CachedPage, lease: PageLease) {
        self.target = target
        self.permit = permit
        self.identity = identity
        self.page = page
        self.lease = lease
    }

    /// Returns the page; nil if the table would not serve it as a hit now.
    func hit(now: Instant) -> (page: CachedPage, remainingFreshness: RemainingFreshness)? {
        guard let remainingFreshness = lease.remainingFreshness(now: now), let page else { return nil }
        return (page, remainingFreshness)
    }
}

/// The pages that one event loop serves on the fast path, by target.
///
/// A target comes here after a request for it took the regular path, was permitted, and was a hit. That saves
/// the decoding and nothing else. Each request asks the lease of the page, though not the table, and pays its
/// bucket. A target is permitted under the runtime of one generation, and forgotten with it. One event loop
/// alone takes the lock, so no request waits for it.
final class FastPathPages: Sendable {
    /// The length of the longest target, in bytes.
    ///
    /// It bounds the memory: longer ones take the regular path.
    static let longestTarget = 1024
    /// The number of sets of two slots: the newest page of a set, and an older one.
    static let sets = 4096

    private struct Memo {
        var generation: UInt64 = 0
        var slots = [FastPathPage?](repeating: nil, count: 2 * FastPathPages.sets)
        var hosts = FastPathHosts()
        var randomness = RequestIdentity.Randomness()

        /// Forgets the targets of an earlier generation.
        ///
        /// - Returns: False if `generation` is older than that of the pages.
        mutating func adopt(_ generation: UInt64) -> Bool {
            if generation > self.generation {
                self.generation = generation
                slots = [FastPathPage?](repeating: nil, count: slots.count)
                hosts = FastPathHosts()
            }
            return generation == self.generation
        }
    }

    private let memo = Mutex(Memo())
    /// The callers that were recognised by their credentials.
    let callers = RememberedCallers()
    /// The fetches under way for pages that are not cached yet.
    let fetches = FastPathFetches()
    /// The time of the event loop that rejections may take.
    let rejections = RejectionTime()

    /// Returns the page of a target that requests with these rights may read, if those to the host of this hash are
    /// served.
    func find(_ target: WireBytes, permit: UInt64, host: UInt64, generation: UInt64) -> FastPathPage? {
        let index = Self.index(of: target, permit)
        return memo.withLock { memo in
            guard memo.adopt(generation), memo.hosts.contains(host) else { return nil }
            if let page = memo.slots[index], page.permit == permit, page.target == target { return page }
            if let page = memo.slots[index + 1], page.permit == permit, page.target == target { return page }
            return nil
        }
    }

    /// Returns whether requests to the host of this hash are served, as far as the event loop has seen.
    func serves(_ host: UInt64, generation: UInt64) -> Bool {
        memo.withLock { $0.adopt(generation) && $0.hosts.contains(host) }
    }

    /// Remembers a host that the policy of a runtime serves.
    func remember(host: String?, by policy: HostPolicy, generation: UInt64) {
        guard let host else { return }
        memo.withLock { memo in
            if memo.adopt(generation) { memo.hosts.insert(host, by: policy) }
        }
    }

    /// Remembers a page that was permitted under the runtime of `generation`, in place of the older one of
    /// its set.
    func remember(_ page: FastPathPage, generation: UInt64) {
        guard page.target.count <= Self.longestTarget else { return }
        let index = Self.index(of: page.target, page.permit)
        memo.withLock { memo in
            guard memo.adopt(generation) else { return }
            let isSame = memo.slots[index].map { $0.permit == page.permit && $0.target == page.target }
            if isSame != true { memo.slots[index + 1] = memo.slots[index] }
            memo.slots[index] = page
        }
    }

    /// Returns a new request id.
    func newID() -> String { memo.withLock { RequestIdentity.newID(by: &$0.randomness) } }

    /// Returns the first slot of the set of a target, for requests with the same rights.
    private static func index(of target: WireBytes, _ permit: UInt64) -> Int {
        2 * Int(truncatingIfNeeded: (target.fingerprint ^ permit) % UInt64(sets))
    }
}

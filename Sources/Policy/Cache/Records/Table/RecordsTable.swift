import CognitoSync
import DequeModule

/// One shard of the cache: the state of each dataset, pages rendered from it, and the calls in the air.
///
/// One table for all, so that there is no gap between 'not held' and 'somebody is asking'. It belongs under one
/// lock; everything of an identity must be in the same shard (`IdentityScope.shard(among:)`).
///
/// The sync count is the version of a dataset. What is held of one is its newest known state, and whatever that can
/// answer exactly is answered from it. What the table promises, given an origin whose reads and writes take effect
/// at some moment between their start and their end:
/// - A read that starts after a write was answered never gets what was there before the write.
/// - A read that starts after another was answered never gets an older state than that one got.
/// - What a writer who goes round the gateway changes stays unseen for `fresh` at most, counted from the start of
///   the call that last confirmed the state.
///
/// It keeps them by the rules of the fence (`RecordsTable+Fence.swift`). Whoever leads a call must call `complete`
/// whatever happens; if it never does, it is no longer waited for after `fetchLimit`.
package struct RecordsTable<Page: Sendable, Fetch: Sendable>: Sendable {
    typealias Entry = DatasetEntry<Fetch>

    package internal(set) var limits: RecordsLimits

    var clock = Stamp()
    var datasets = Slab<Entry>()
    var datasetOfScope: [DatasetScope: Int] = [:]
    var owners: [IdentityScope: OwnerEntry] = [:]
    /// How many deletions of each identity's datasets are in the air.
    var deletions: [IdentityScope: Int] = [:]
    var slots = Slab<Slot<Page>>()
    var slotOfKey: [PageKey: Int] = [:]
    /// Which dataset goes when room is needed, with its pages.
    var queue: S3FIFO
    var snapshots = PaginationSnapshots()
    /// Departures of shared calls, oldest first, to find those that never came back.
    var departures: Deque<(start: Instant, stamp: Stamp, scope: DatasetScope)> = []
    var counters = CacheStatistics()

    package init(limits: RecordsLimits) {
        self.limits = limits
        queue = S3FIFO(bytes: limits.bytes)
    }

    package var statistics: CacheStatistics {
        var statistics = counters
        statistics.pages = slots.count
        statistics.bytes = queue.bytes + snapshots.bytes
        statistics.datasets = queue.count
        return statistics
    }

    /// Decides about a read.
    ///
    /// `revalidate` asks for an answer that the origin gives from now on: it is never answered from what is held and
    /// joins no call that left before, but later readers join it. `fetch` makes what waiters wait on; it is called
    /// only to lead.
    package mutating func lookUp(
        _ key: PageKey,
        revalidate: Bool = false,
        now: Instant,
        fetch: () -> Fetch
    ) -> RecordsLookup<Page, Fetch> {
        if let cursor = key.cursor, let lookup = continuePagination(key, at: cursor, now: now) {
            return lookup
        }
        guard let dataset = datasetOfScope[key.dataset], !revalidate else {
            return lead(key, now: now, fetch: fetch())
        }
        if let cached = datasets[dataset]?.cached {
            if cached.snapshot.answers(key), !cached.isDoubted {
                let state = self.state(of: cached, now: now)
                switch freshness(of: cached).state(age: state.age) {
                case .fresh:
                    if let page = page(of: key, now: now) { return .hit(page) }
                    queue.touch(dataset)
                    return .derive(state)
                case .revalidating:
                    if joinable(dataset, since: key.since, now: now) != nil { return .stale(state, nil) }
                    let leading = depart(key, now: now, fetch: fetch())
                    return .stale(state, leading)
                case .standIn, .stale: break
                }
            }
        }
        if let call = joinable(dataset, since: key.since, now: now) { return .wait(call.fetch, call.lease) }
        return lead(key, now: now, fetch: fetch())
    }

    /// A page that is ready, of a state that may be served.
    private func page(of key: PageKey, now: Instant) -> PageHit<Page>? {
        guard let slot = slotOfKey[key].flatMap({ slots[$0] }),
            let lease = datasets[slot.dataset]?.lease
        else { return nil }
        let pageLease = PageLease(state: lease, goodUntil: slot.goodUntil)
        guard let remainingFreshness = pageLease.remainingFreshness(now: now) else { return nil }
        return PageHit(
            page: slot.page,
            age: remainingFreshness.age,
            timeToLive: remainingFreshness.timeToLive,
            lease: pageLease
        )
    }

    func freshness(of cached: Entry.Cached) -> Freshness {
        limits.freshness(isAbsent: cached.snapshot.isAbsent)
    }

    func state(of cached: Entry.Cached, now: Instant) -> CachedState {
        let age = now.nanoseconds(since: cached.validatedAt)
        var timeToLive: Int64 = 0
        if case .fresh(let left) = freshness(of: cached).state(age: age) { timeToLive = left }
        return CachedState(
            snapshot: cached.snapshot,
            age: age,
            timeToLive: timeToLive,
            sessionToken: cached.sessionToken
        )
    }
}

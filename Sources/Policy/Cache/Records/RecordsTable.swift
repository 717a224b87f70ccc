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
/// It keeps them by the rules of the fence (`CacheTable+Fence.swift`). Whoever leads a call must call `complete`
/// whatever happens; if it never does, it is no longer waited for after `flightLimit`.
package struct CacheTable<Page: Sendable, Flight: Sendable>: Sendable {
    typealias Entry = DatasetEntry<Flight>

    package internal(set) var limits: CacheLimits

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
    var snapshots = WalkSnapshots()
    /// Departures of shared calls, oldest first, to find those that never came back.
    var departures: Deque<(start: Instant, stamp: Stamp, scope: DatasetScope)> = []
    var counters = CacheStatistics()

    package init(limits: CacheLimits) {
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
    /// `confirm` asks for an answer that the origin gives from now on: it is never answered from what is held and
    /// joins no call that left before, but later readers join it. `flight` makes what waiters wait on; it is called
    /// only to lead.
    package mutating func lookUp(
        _ key: PageKey,
        confirm: Bool = false,
        now: Instant,
        flight: () -> Flight
    ) -> Lookup<Page, Flight> {
        if let place = key.place, let lookup = continueWalk(key, at: place, now: now) { return lookup }
        guard let dataset = datasetOfScope[key.dataset], !confirm else {
            return lead(key, now: now, flight: flight())
        }
        if let held = datasets[dataset]?.held {
            if held.copy.answers(key), !held.isDoubted {
                let state = self.state(of: held, now: now)
                switch freshness(of: held).state(age: state.age) {
                case .fresh:
                    if let page = page(of: key, now: now) { return .hit(page) }
                    queue.touch(dataset)
                    return .derive(state)
                case .revalidating:
                    if joinable(dataset, since: key.since, now: now) != nil { return .stale(state, nil) }
                    let leading = depart(key, now: now, flight: flight())
                    return .stale(state, leading)
                case .standIn, .stale: break
                }
            }
        }
        if let call = joinable(dataset, since: key.since, now: now) { return .wait(call.flight, call.lease) }
        return lead(key, now: now, flight: flight())
    }

    /// A page that is ready, of a state that may be served.
    private func page(of key: PageKey, now: Instant) -> CachedPage<Page>? {
        guard let slot = slotOfKey[key].flatMap({ slots[$0] }),
            let lease = datasets[slot.dataset]?.lease
        else { return nil }
        let pageLease = PageLease(state: lease, goodUntil: slot.goodUntil)
        guard let standing = pageLease.standing(now: now) else { return nil }
        return CachedPage(
            page: slot.page,
            age: standing.age,
            timeToLive: standing.timeToLive,
            lease: pageLease
        )
    }

    func freshness(of held: Entry.Held) -> Freshness { limits.freshness(isAbsent: held.copy.isAbsent) }

    func state(of held: Entry.Held, now: Instant) -> HeldState {
        let age = now.nanoseconds(since: held.confirmedAt)
        var timeToLive: Int64 = 0
        if case .fresh(let left) = freshness(of: held).state(age: age) { timeToLive = left }
        return HeldState(copy: held.copy, age: age, timeToLive: timeToLive, sessionToken: held.sessionToken)
    }
}

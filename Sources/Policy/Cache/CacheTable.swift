import CognitoSync
import DequeModule

/// One shard of the cache: pages, the fetches in the air, and what is known of each dataset.
///
/// One table for both, so that there is no gap between 'not cached' and 'somebody is fetching it'. It belongs
/// under one lock; everything of an identity must be in the same shard (`IdentityScope.shard(among:)`).
///
/// The sync count is the version of a dataset, and all pages kept of a dataset have its newest known version.
/// What the table promises, given an origin whose reads and writes take effect at some moment between their
/// start and their end:
/// - A read that starts after a write was answered never gets what was there before the write.
/// - A read that starts after another was answered never gets an older state than that one got.
/// - What a writer who goes round the gateway changes stays unseen for `fresh` at most, counted from the
///   start of the fetch.
///
/// It keeps them by the rules of the fence (`CacheTable+Fence.swift`). Whoever leads a fetch must call
/// `complete` whatever happens; if it never does, the key is free again after `flightLimit`.
package struct CacheTable<Page: Sendable, Flight: Sendable>: Sendable {
    package internal(set) var limits: CacheLimits

    var clock = Stamp()
    var slots = Slab<Slot<Page, Flight>>()
    var slotOfKey: [PageKey: Int] = [:]
    var datasets = Slab<DatasetEntry>()
    var datasetOfScope: [DatasetScope: Int] = [:]
    var owners: [IdentityScope: OwnerEntry] = [:]
    var queue: S3FIFO
    /// Departures of shared fetches, oldest first, to find those that never came back.
    var departures: Deque<(start: Instant, stamp: Stamp, slot: Int)> = []
    var counters = CacheStatistics()

    package init(limits: CacheLimits) {
        self.limits = limits
        queue = S3FIFO(bytes: limits.bytes)
    }

    package var statistics: CacheStatistics {
        var statistics = counters
        statistics.pages = queue.count
        statistics.bytes = queue.bytes
        statistics.datasets = datasets.count
        return statistics
    }

    /// Decides about a read.
    ///
    /// `confirm` asks for an answer that the origin gives from now on: it is never a hit and joins no fetch
    /// that left before, but later readers join it. `flight` makes what waiters wait on; it is called only to
    /// lead.
    package mutating func lookUp(
        _ key: PageKey,
        confirm: Bool = false,
        now: Instant,
        flight: () -> Flight
    ) -> Lookup<Page, Flight> {
        if !confirm, let slot = slotOfKey[key] {
            if let page = page(in: slot, now: now), page.timeToLive > 0 {
                queue.touch(slot)
                return .hit(page)
            }
            if let flight = joinableFlight(in: slot, now: now) { return .wait(flight) }
        }
        abandonOverdueFlights(now: now)
        return lead(key, now: now, flight: flight())
    }

    /// The page that `lookUp` would answer with as a hit; nil, and nothing has been asked, where it would not.
    ///
    /// `place` is where the page of this key was seen before; another may be there by now.
    package mutating func hit(_ key: PageKey, at place: Int, now: Instant) -> CachedPage<Page>? {
        guard let slot = slots[place]?.key == key ? place : slotOfKey[key],
            let page = page(in: slot, now: now), page.timeToLive > 0
        else { return nil }
        queue.touch(slot)
        return page
    }

    /// Takes back a shared fetch.
    ///
    /// `page` and `facts` are nil unless a whole, well-formed 200 came; `cost` is the bytes that the page
    /// holds.
    package mutating func complete(
        _ ticket: Ticket,
        with page: Page?,
        facts: PageFacts?,
        cost: Int,
        now: Instant
    ) -> Fill<Page> {
        land(ticket)
        let dataset = datasetOfScope[ticket.key.dataset]
        defer { if let dataset { tidy(dataset: dataset, key: ticket.key) } }
        guard let page, let version = facts?.version else {
            return .failed(stale: slotOfKey[ticket.key].flatMap { standIn(in: $0, now: now) })
        }
        guard let dataset, observe(version, of: dataset, departed: ticket.stamp) else {
            counters.fencedFills += 1
            return .fenced
        }
        return store(page, version: version, cost: cost, of: ticket, in: dataset, now: now)
    }

    /// A page of the slot that may be served now, fresh or in place of an error.
    func page(in slot: Int, now: Instant) -> CachedPage<Page>? {
        guard let stored = slots[slot]?.stored else { return nil }
        let freshness = limits.freshness(isAbsent: stored.isAbsent)
        let (age, timeToLive): (Int64, Int64)
        switch freshness.state(of: stored.confirmedAt, now: now) {
        case .fresh(let elapsed, let remaining): (age, timeToLive) = (elapsed, remaining)
        case .stale(let elapsed): (age, timeToLive) = (elapsed, 0)
        case .dead: return nil
        }
        return CachedPage(
            page: stored.page,
            age: age,
            timeToLive: timeToLive,
            isAbsent: stored.isAbsent,
            place: slot
        )
    }

    /// A page of the slot that may be served in place of an error.
    func standIn(in slot: Int, now: Instant) -> CachedPage<Page>? {
        limits.staleIfError > 0 ? page(in: slot, now: now) : nil
    }
}

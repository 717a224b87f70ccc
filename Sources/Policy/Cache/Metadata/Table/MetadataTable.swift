import CognitoSync
import DequeModule

/// One shard of the reads beside ListRecords: their answers, each kept for a short time, and the fetches in the air.
///
/// One table for both, as for the pages, and under one lock; everything of a `MetadataGroup` is in the same shard.
/// These answers carry no version, so two of them cannot be told apart by age but by when their fetches left. What
/// the table promises, given an origin whose reads and writes take effect at some moment between their start and
/// their end:
/// - A read that starts after a write was answered never gets what was there before the write.
/// - A read that starts after another of the same key was answered never gets an older state than that one got.
/// - What changes otherwise stays unseen for the operation's lifetime at most, counted from the start of the fetch.
///
/// It keeps them so. A key's `changed` is the last moment at which somebody was told something new of it: a write
/// that concerns it left or was answered, or a fetch of it landed. A fetch that left before that moment is of a
/// time that nobody can place against what was told. So no later reader joins it, and it is not kept; when it
/// lands, its own readers are told what it says, and what was kept goes too, since it may be the older of the two.
/// Those who wait on it asked before, and any state since is a true answer to them.
///
/// Whoever leads a fetch must call `complete` whatever happens; if it never does, the key is free again after
/// `fetchLimit`.
package struct MetadataTable<Response: Sendable, Fetch: Sendable>: Sendable {
    struct Stored: Sendable {
        let response: Response
        /// When the fetch that brought it began.
        let start: Instant
    }

    struct PendingFetch: Sendable {
        let fetch: Fetch
        let stamp: Stamp
        let start: Instant
    }

    /// The place of one key: an answer, a fetch in the air, or both.
    ///
    /// Forgotten with the last of them; one that is made anew starts with a later `changed` than any fetch that
    /// left before.
    struct Slot: Sendable {
        let key: MetadataKey
        var changed: Stamp
        var stored: Stored?
        var inTheAir: PendingFetch?
    }

    package private(set) var limits: MetadataLimits
    var clock = Stamp()
    var slots = Slab<Slot>()
    var slotOfKey: [MetadataKey: Int] = [:]
    var groups: [MetadataGroup: Set<Int>] = [:]
    var queue: S3FIFO
    /// Departures of fetches, oldest first, to find those that never came back.
    var departures: Deque<(start: Instant, stamp: Stamp, slot: Int)> = []
    var counters = CacheStatistics()

    package init(limits: MetadataLimits) {
        self.limits = limits
        queue = S3FIFO(bytes: limits.bytes)
    }

    package var statistics: CacheStatistics {
        var statistics = counters
        statistics.pages = queue.count
        statistics.bytes = queue.bytes
        return statistics
    }

    /// Whether it remembers nothing at all.
    package var isEmpty: Bool { slots.count == 0 && slotOfKey.isEmpty && groups.isEmpty }

    /// Takes new limits over; where they are tighter, answers go.
    package mutating func resize(_ limits: MetadataLimits) {
        self.limits = limits
        queue.resize(bytes: limits.bytes)
        while queue.bytes > limits.bytes, evict() {}
    }
}

extension MetadataTable {
    /// Decides about a read.
    ///
    /// `revalidate` asks for an answer that the origin gives from now on: it is never a hit and joins no fetch that
    /// left before, but later readers join it. `fetch` makes what waiters wait on; it is called only to lead.
    package mutating func lookUp(
        _ key: MetadataKey,
        revalidate: Bool = false,
        now: Instant,
        fetch: () -> Fetch
    ) -> MetadataLookup<Response, Fetch> {
        if !revalidate, let slot = slotOfKey[key] {
            if let retained = retained(in: slot, now: now) {
                queue.touch(slot)
                return .hit(retained)
            }
            if let fetch = joinableFetch(in: slot, now: now) { return .wait(fetch) }
        }
        abandonOverdueFetches(now: now)
        return lead(key, now: now, fetch: fetch())
    }

    /// Takes back a shared fetch, before those who wait for it are told; whether its answer is kept.
    package mutating func complete(
        _ ticket: MetadataFetchToken,
        with outcome: MetadataFetchOutcome<Response>,
        now: Instant
    ) -> Bool {
        guard let slot = slotOfKey[ticket.key], let changed = slots[slot]?.changed else { return false }
        if slots[slot]?.inTheAir?.stamp == ticket.stamp { clearFetch(of: slot) }
        defer { discardIfEmpty(slot) }
        let response: (Response, cost: Int)?
        switch outcome {
        case .failed: return false
        case .error: response = nil
        case .response(let told, let cost): response = (told, cost)
        }
        let isLatest = ticket.stamp > changed
        if dropResponse(of: slot), !isLatest { counters.invalidated[.contradiction, default: 0] += 1 }
        slots[slot]?.changed = clock.next()
        guard let (told, cost) = response else { return false }
        guard isLatest else {
            counters.fencedFills += 1
            return false
        }
        return store(told, cost: cost, of: ticket, in: slot, now: now)
    }

    private func retained(in slot: Int, now: Instant) -> CachedResponse<Response>? {
        guard let stored = slots[slot]?.stored, let key = slots[slot]?.key,
            let lifetime = limits.lifetimes[key.operation]
        else { return nil }
        let age = now.nanoseconds(since: stored.start)
        guard age < lifetime else { return nil }
        return CachedResponse(response: stored.response, age: age, timeToLive: lifetime - age)
    }
}

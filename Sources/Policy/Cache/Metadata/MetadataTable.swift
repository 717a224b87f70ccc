import CognitoSync
import DequeModule

/// One shard of the reads beside ListRecords: their answers, each kept for a short time, and the fetches in the air.
///
/// One table for both, as for the pages, and under one lock; everything of a `ReadGroup` is in the same shard.
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
/// `flightLimit`.
package struct ReadTable<Answer: Sendable, Flight: Sendable>: Sendable {
    struct Stored: Sendable {
        let answer: Answer
        /// When the fetch that brought it began.
        let start: Instant
    }

    struct InTheAir: Sendable {
        let flight: Flight
        let stamp: Stamp
        let start: Instant
    }

    /// The place of one key: an answer, a fetch in the air, or both.
    ///
    /// Forgotten with the last of them; one that is made anew starts with a later `changed` than any fetch that
    /// left before.
    struct Slot: Sendable {
        let key: ReadKey
        var changed: Stamp
        var stored: Stored?
        var inTheAir: InTheAir?
    }

    package private(set) var limits: ReadLimits
    var clock = Stamp()
    var slots = Slab<Slot>()
    var slotOfKey: [ReadKey: Int] = [:]
    var groups: [ReadGroup: Set<Int>] = [:]
    var queue: S3FIFO
    /// Departures of fetches, oldest first, to find those that never came back.
    var departures: Deque<(start: Instant, stamp: Stamp, slot: Int)> = []
    var counters = CacheStatistics()

    package init(limits: ReadLimits) {
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
    package mutating func resize(_ limits: ReadLimits) {
        self.limits = limits
        queue.resize(bytes: limits.bytes)
        while queue.bytes > limits.bytes, evict() {}
    }
}

extension ReadTable {
    /// Decides about a read.
    ///
    /// `confirm` asks for an answer that the origin gives from now on: it is never a hit and joins no fetch that
    /// left before, but later readers join it. `flight` makes what waiters wait on; it is called only to lead.
    package mutating func lookUp(
        _ key: ReadKey,
        confirm: Bool = false,
        now: Instant,
        flight: () -> Flight
    ) -> ReadLookup<Answer, Flight> {
        if !confirm, let slot = slotOfKey[key] {
            if let kept = kept(in: slot, now: now) {
                queue.touch(slot)
                return .hit(kept)
            }
            if let flight = joinableFlight(in: slot, now: now) { return .wait(flight) }
        }
        abandonOverdueFlights(now: now)
        return lead(key, now: now, flight: flight())
    }

    /// Takes back a shared fetch, before those who wait for it are told; whether its answer is kept.
    package mutating func complete(
        _ ticket: ReadTicket,
        with outcome: ReadOutcome<Answer>,
        now: Instant
    ) -> Bool {
        guard let slot = slotOfKey[ticket.key], let changed = slots[slot]?.changed else { return false }
        if slots[slot]?.inTheAir?.stamp == ticket.stamp { clearFlight(of: slot) }
        defer { discardIfEmpty(slot) }
        let answer: (Answer, cost: Int)?
        switch outcome {
        case .failed: return false
        case .error: answer = nil
        case .answer(let told, let cost): answer = (told, cost)
        }
        let isLatest = ticket.stamp > changed
        if dropAnswer(of: slot), !isLatest { counters.invalidated[.contradiction, default: 0] += 1 }
        slots[slot]?.changed = clock.next()
        guard let (told, cost) = answer else { return false }
        guard isLatest else {
            counters.fencedFills += 1
            return false
        }
        return store(told, cost: cost, of: ticket, in: slot, now: now)
    }

    private func kept(in slot: Int, now: Instant) -> KeptRead<Answer>? {
        guard let stored = slots[slot]?.stored, let key = slots[slot]?.key,
            let lifetime = limits.lifetimes[key.operation]
        else { return nil }
        let age = now.nanoseconds(since: stored.start)
        guard age < lifetime else { return nil }
        return KeptRead(answer: stored.answer, age: age, timeToLive: lifetime - age)
    }
}

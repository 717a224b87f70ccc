import CognitoSync

/// Shared fetches: who joins, who leads, and what happens to one that never comes back.
extension MetadataTable {
    func joinableFetch(in slot: Int, now: Instant) -> Fetch? {
        guard let inTheAir = slots[slot]?.inTheAir, let changed = slots[slot]?.changed,
            inTheAir.stamp > changed, now.nanoseconds(since: inTheAir.start) < limits.fetchLimit
        else { return nil }
        return inTheAir.fetch
    }

    /// Starts a fetch, in place of one that nobody may join any longer; that one's waiters still get its answer.
    mutating func lead(
        _ key: MetadataKey,
        now: Instant,
        fetch: Fetch
    ) -> MetadataLookup<Response, Fetch> {
        let slot = slotOfKey[key] ?? makeSlot(key)
        let stamp = clock.next()
        if slots[slot]?.inTheAir == nil { counters.fetches += 1 }
        slots[slot]?.inTheAir = PendingFetch(fetch: fetch, stamp: stamp, start: now)
        departures.append((start: now, stamp: stamp, slot: slot))
        return .lead(MetadataFetchToken(key: key, start: now, stamp: stamp), fetch)
    }

    mutating func clearFetch(of slot: Int) {
        slots[slot]?.inTheAir = nil
        counters.fetches -= 1
    }

    /// Gives up on fetches that never came back: looks at the oldest departures until one may still.
    mutating func abandonOverdueFetches(now: Instant) {
        while let first = departures.first {
            if slots[first.slot]?.inTheAir?.stamp == first.stamp {
                guard now.nanoseconds(since: first.start) >= limits.fetchLimit else { return }
                clearFetch(of: first.slot)
                counters.lostFetches += 1
                discardIfEmpty(first.slot)
            }
            departures.removeFirst()
        }
    }
}

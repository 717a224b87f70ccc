import CognitoSync

/// Shared fetches: who joins, who leads, and what happens to one that never comes back.
extension ReadTable {
    func joinableFlight(in slot: Int, now: Instant) -> Flight? {
        guard let inTheAir = slots[slot]?.inTheAir, let changed = slots[slot]?.changed,
            inTheAir.stamp > changed, now.nanoseconds(since: inTheAir.start) < limits.flightLimit
        else { return nil }
        return inTheAir.flight
    }

    /// Starts a fetch, in place of one that nobody may join any longer; that one's waiters still get its answer.
    mutating func lead(
        _ key: ReadKey,
        now: Instant,
        flight: Flight
    ) -> ReadLookup<Answer, Flight> {
        let slot = slotOfKey[key] ?? makeSlot(key)
        let stamp = clock.next()
        if slots[slot]?.inTheAir == nil { counters.flights += 1 }
        slots[slot]?.inTheAir = InTheAir(flight: flight, stamp: stamp, start: now)
        departures.append((start: now, stamp: stamp, slot: slot))
        return .lead(ReadTicket(key: key, start: now, stamp: stamp), flight)
    }

    mutating func clearFlight(of slot: Int) {
        slots[slot]?.inTheAir = nil
        counters.flights -= 1
    }

    /// Gives up on fetches that never came back: looks at the oldest departures until one may still.
    mutating func abandonOverdueFlights(now: Instant) {
        while let first = departures.first {
            if slots[first.slot]?.inTheAir?.stamp == first.stamp {
                guard now.nanoseconds(since: first.start) >= limits.flightLimit else { return }
                clearFlight(of: first.slot)
                counters.lostFlights += 1
                discardIfEmpty(first.slot)
            }
            departures.removeFirst()
        }
    }
}

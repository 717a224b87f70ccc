import CognitoSync

/// Shared fetches: who joins, who leads, and what happens to one that never comes back.
extension CacheTable {
    func joinableFlight(in slot: Int, now: Instant) -> Flight? {
        guard let inTheAir = slots[slot]?.inTheAir, let dataset = slots[slot]?.dataset,
            let changed = datasets[dataset]?.changed,
            inTheAir.stamp > changed, now.nanoseconds(since: inTheAir.start) < limits.flightLimit
        else { return nil }
        return inTheAir.flight
    }

    /// Starts a fetch, in place of one that nobody may join any longer; that one's waiters still get its
    /// answer.
    mutating func lead(_ key: PageKey, now: Instant, flight: Flight) -> Lookup<Page, Flight> {
        let slot = slotOfKey[key] ?? makeSlot(key)
        let stamp = clock.next()
        if let dataset = slots[slot]?.dataset, slots[slot]?.inTheAir == nil {
            datasets[dataset]?.flights += 1
            counters.flights += 1
        }
        slots[slot]?.inTheAir = .init(flight: flight, stamp: stamp, start: now)
        departures.append((start: now, stamp: stamp, slot: slot))
        let ticket = Ticket(key: key, start: now, stamp: stamp)
        return .lead(ticket, flight, stale: standIn(in: slot, now: now))
    }

    /// Takes the fetch out of its slot if it is still the slot's own.
    mutating func land(_ ticket: Ticket) {
        guard let slot = slotOfKey[ticket.key], slots[slot]?.inTheAir?.stamp == ticket.stamp else { return }
        clearFlight(of: slot)
    }

    /// Gives up on fetches that never came back.
    ///
    /// Looks at the oldest departures until one may still come back: once or twice at each in all.
    mutating func abandonOverdueFlights(now: Instant) {
        while let first = departures.first {
            let isInTheAir = slots[first.slot]?.inTheAir?.stamp == first.stamp
            if isInTheAir {
                guard now.nanoseconds(since: first.start) >= limits.flightLimit else { return }
                clearFlight(of: first.slot)
                counters.lostFlights += 1
                if let slot = slots[first.slot] { tidy(dataset: slot.dataset, key: slot.key) }
            }
            departures.removeFirst()
        }
    }

    private mutating func clearFlight(of slot: Int) {
        guard let dataset = slots[slot]?.dataset else { return }
        slots[slot]?.inTheAir = nil
        datasets[dataset]?.flights -= 1
        counters.flights -= 1
    }
}

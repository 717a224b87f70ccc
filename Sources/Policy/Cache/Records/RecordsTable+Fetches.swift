package import CognitoSync

/// Shared calls: who joins, who leads, and what happens to one that never comes back.
extension CacheTable {
    /// A call in the air whose answer a read that comes now may have.
    ///
    /// One that left to confirm the held state answers whatever the state does, and tells of counts above it; one
    /// that left to fetch what changed after a count answers for that count and those above, and a whole listing
    /// for a whole listing.
    func joinable(_ dataset: Int, since: Int64, now: Instant) -> Entry.InTheAir? {
        guard let entry = datasets[dataset] else { return nil }
        let copy = entry.held?.copy
        return entry.flights.last { call in
            guard call.stamp > entry.changed, now.nanoseconds(since: call.start) < limits.flightLimit else {
                return false
            }
            if call.isConfirmation, let copy { return copy.answers(since) || since > copy.syncCount }
            return call.since == since || since > call.since && call.since > 0
        }
    }

    mutating func lead(_ key: PageKey, now: Instant, flight: Flight) -> Lookup<Page, Flight> {
        let (ticket, flight) = depart(key, now: now, flight: flight)
        return .lead(ticket, flight)
    }

    /// Sends a call on its way: to confirm what is held, if that can answer the read then, else to fetch.
    mutating func depart(_ key: PageKey, now: Instant, flight: Flight) -> (Ticket, Flight) {
        abandonOverdueFlights(now: now)
        let dataset = dataset(of: key.dataset)
        var errand = Errand.fetch(since: key.since)
        if let held = datasets[dataset]?.held, !held.copy.isAbsent,
            held.copy.answers(key.since) || key.since > held.copy.syncCount
        {
            errand = .confirm(suspect(held, now: now))
        }
        return (depart(errand, to: dataset, of: key.dataset, now: now, flight: flight), flight)
    }

    /// Sends a call to confirm what is held in doubt, unless one is in the air or there is nothing to confirm.
    package mutating func confirmation(
        of scope: DatasetScope,
        now: Instant,
        flight: () -> Flight
    ) -> (Ticket, Flight)? {
        guard let dataset = datasetOfScope[scope], let held = datasets[dataset]?.held, !held.copy.isAbsent,
            joinable(dataset, since: held.copy.syncCount, now: now) == nil
        else { return nil }
        let flight = flight()
        let errand = Errand.confirm(suspect(held, now: now))
        return (depart(errand, to: dataset, of: scope, now: now, flight: flight), flight)
    }

    private mutating func depart(
        _ errand: Errand,
        to dataset: Int,
        of scope: DatasetScope,
        now: Instant,
        flight: Flight
    ) -> Ticket {
        let stamp = clock.next()
        var isConfirmation = false
        if case .confirm = errand { isConfirmation = true }
        let lease = CallLease(start: now, limit: limits.flightLimit)
        datasets[dataset]?.flights.append(
            .init(
                flight: flight,
                stamp: stamp,
                start: now,
                since: errand.since,
                isConfirmation: isConfirmation,
                lease: lease
            )
        )
        counters.flights += 1
        departures.append((start: now, stamp: stamp, scope: scope))
        return Ticket(dataset: scope, start: now, stamp: stamp, errand: errand, lease: lease)
    }

    private func suspect(_ held: Entry.Held, now: Instant) -> Suspect {
        Suspect(
            copy: held.copy,
            creationDate: held.creationDate,
            firstSeen: held.firstSeen,
            isCheckDue: isCheckDue(held, at: now)
        )
    }

    /// Whether it is time to ask if the state is still the same dataset's.
    func isCheckDue(_ held: Entry.Held, at now: Instant) -> Bool {
        now.nanoseconds(since: held.checkedAt) >= limits.identityCheck
    }

    /// Takes a call out of the air, if it has not been given up.
    mutating func land(_ ticket: Ticket) {
        guard let dataset = datasetOfScope[ticket.dataset] else { return }
        takeOut(ticket.stamp, of: dataset)
    }

    /// Gives up on calls that never came back.
    ///
    /// Looks at the oldest departures until one may still come back: once or twice at each in all.
    mutating func abandonOverdueFlights(now: Instant) {
        while let first = departures.first {
            if let dataset = datasetOfScope[first.scope],
                datasets[dataset]?.flights.contains(where: { $0.stamp == first.stamp }) ?? false
            {
                guard now.nanoseconds(since: first.start) >= limits.flightLimit else { return }
                takeOut(first.stamp, of: dataset)
                counters.lostFlights += 1
                forgetIfIdle(dataset)
            }
            departures.removeFirst()
        }
    }

    private mutating func takeOut(_ stamp: Stamp, of dataset: Int) {
        guard let index = datasets[dataset]?.flights.firstIndex(where: { $0.stamp == stamp }) else { return }
        datasets[dataset]?.flights.remove(at: index).lease.end()
        counters.flights -= 1
    }
}

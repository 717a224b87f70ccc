import Policy

extension CacheDriver {
    mutating func lookUp() {
        let (key, dataset) = keys[random.below(keys.count)]
        let reader = Reader(key: key, dataset: dataset, written: written[dataset], read: read[dataset])
        lastFetch += 1
        switch table.lookUp(key, confirm: random.chance(oneIn: 20), now: now, flight: { lastFetch }) {
        case .hit(let page):
            hits += 1
            check(page, within: Self.fresh)
            deliver(page.page, to: reader)
        case .wait(let flight):
            joins += 1
            guard let fetch = fetches.firstIndex(where: { $0.flight == flight }) else {
                return faults.append("joined a fetch that is not in the air")
            }
            if now.nanoseconds(since: fetches[fetch].start) >= Self.flightLimit {
                faults.append("joined a lost fetch")
            }
            fetches[fetch].readers.append(reader)
        case .lead(let ticket, let flight, _):
            depart(flight, .shared(ticket), reader)
        }
    }

    mutating func pass() {
        let (key, dataset) = keys[random.below(keys.count)]
        lastFetch += 1
        let reader = Reader(key: key, dataset: dataset, written: written[dataset], read: read[dataset])
        depart(lastFetch, .own(table.passStarted(key.dataset)), reader)
    }

    private mutating func depart(_ flight: Int, _ kind: Fetch.Kind, _ reader: Reader) {
        let (key, dataset) = (reader.key, reader.dataset)
        fetches.append(
            Fetch(flight: flight, kind: kind, key: key, dataset: dataset, start: now, readers: [reader])
        )
    }

    mutating func takeEffect() {
        guard let fetch = someFetch(where: { $0.seen == nil }) else { return }
        let dataset = fetches[fetch].dataset
        fetches[fetch].seen = (origin[dataset].present, origin[dataset].facts)
    }

    mutating func land() {
        fetches.removeAll { $0.isLost && now.nanoseconds(since: $0.start) > 2 * Self.flightLimit }
        guard let position = someFetch(where: { $0.seen != nil && !$0.isLost }),
            let (state, facts) = fetches[position].seen
        else { return }
        let fetch = fetches.remove(at: position)
        let page = Page(key: fetch.key, number: state.number)
        switch fetch.kind {
        case .own(let ticket):
            if sabotage != .passesTeachNothing { table.learn(ticket, facts: facts) }
            for reader in fetch.readers { deliver(page, to: reader) }
        case .shared(let ticket):
            if random.chance(oneIn: 12) { return fail(ticket, fetch) }
            switch table.complete(
                leaving(ticket),
                with: page,
                facts: facts,
                cost: random.below(3000),
                now: now
            ) {
            case .stored: stored += 1
            case .fenced, .declined: break
            case .failed: faults.append("a good answer counted as none")
            }
            for reader in fetch.readers { deliver(page, to: reader) }
        }
    }

    /// Some fetches never come back.
    mutating func lose() {
        if let fetch = someFetch(where: { _ in true }) { fetches[fetch].isLost = true }
    }

    private mutating func fail(_ ticket: Ticket, _ fetch: Fetch) {
        guard case .failed(let stale) = table.complete(ticket, with: nil, facts: nil, cost: 0, now: now)
        else {
            return faults.append("no answer counted as one")
        }
        guard let stale else { return }
        stoodIn += 1
        check(stale, within: Self.fresh + limits.staleIfError)
        for reader in fetch.readers { deliver(stale.page, to: reader) }
    }

    /// The ticket as it was, or, for sabotage, one that claims that its fetch has only just left.
    private mutating func leaving(_ ticket: Ticket) -> Ticket {
        guard sabotage == .fillsForgetWhenTheyLeft,
            case .lead(let late, _, _) = table.lookUp(ticket.key, confirm: true, now: now, flight: { 0 })
        else { return ticket }
        return late
    }

    private mutating func someFetch(where condition: (Fetch) -> Bool) -> Int? {
        guard !fetches.isEmpty else { return nil }
        let first = random.below(fetches.count)
        return fetches[first...].firstIndex(where: condition)
            ?? fetches[..<first].firstIndex(where: condition)
    }

    /// A reader is answered: with its own page, and with nothing older than what was answered before it
    /// asked.
    private mutating func deliver(_ page: Page, to reader: Reader) {
        if page.key != reader.key { faults.append("C6: another's page") }
        if page.number < reader.written { faults.append("C1: older than a write that was answered before") }
        guard weather != .anything else { return }
        let states = [page.number, reader.read].map { origin[reader.dataset].history[$0] }
        let areBothAbsent = states.allSatisfy { !$0.exists }
        if page.number < reader.read, !areBothAbsent {
            faults.append("C2: older than a read that was answered before")
        }
        read[reader.dataset] = max(read[reader.dataset], page.number)
    }

    /// What the table serves was the present state not longer ago than allowed.
    private mutating func check(_ page: CachedPage<Page>, within bound: Int64) {
        guard let dataset = scopes.firstIndex(of: page.page.key.dataset) else {
            return faults.append("C6: unknown page")
        }
        let state = origin[dataset].history[page.page.number]
        if let endedAt = state.endedAt, now.nanoseconds(since: endedAt) >= bound {
            faults.append("C7: too old")
        }
        if page.isAbsent == state.exists { faults.append("absent is not what it is") }
    }
}

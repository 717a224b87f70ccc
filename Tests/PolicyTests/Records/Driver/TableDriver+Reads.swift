import CognitoSync
import TestSupport

@testable import Policy

/// Reads, by way of the table and of leases.
extension TableDriver {
    mutating func lookUp() throws {
        let dataset = someDataset()
        let count = upstream[dataset].present.syncCount
        let since = random.chance(oneIn: 2) ? 0 : Int64(random.below(Int(count) + 2))
        let key = PageKey(
            dataset: scopes[dataset],
            since: since,
            maxResults: [nil, nil, 1, 2][random.below(4)]
        )
        var reader = Reader(
            key: key,
            dataset: dataset,
            begin: now,
            floor: floors[dataset],
            own: own[dataset]
        )
        if random.chance(oneIn: options.confirmsOften ? 2 : 20) {
            reader.isConfirmed = true
            reader.floor = max(reader.floor, upstream[dataset].present.number)
            if options.sabotage == .confirmationsJoinWhatWasSentBefore {
                reader.turn = ConfirmationTurn(asked: Stamp())
            }
        }
        ask(reader)
    }

    mutating func continuePagination() {
        guard !paginations.isEmpty else { return }
        let pagination = random.below(paginations.count)
        let (first, cursor) = (paginations[pagination].key, paginations[pagination].next)
        let key = PageKey(
            dataset: first.dataset,
            since: first.since,
            maxResults: first.maxResults,
            cursor: cursor
        )
        ask(
            Reader(
                key: key,
                dataset: paginations[pagination].dataset,
                begin: now,
                floor: 0,
                pagination: pagination
            )
        )
    }

    /// Reads a page by its lease, as the fast path does.
    mutating func hitByLease() {
        guard !leases.isEmpty else { return }
        let (lease, page, key, dataset) = leases[random.below(leases.count)]
        guard key.cursor == nil, let remainingFreshness = lease.remainingFreshness(now: now) else { return }
        counts.hits += 1
        let reader = Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset], own: own[dataset])
        deliver(page, to: reader, age: remainingFreshness.age, from: nil)
    }

    /// Joins a fetch by its lease, as the fast path does: for a key that another reader waits for.
    mutating func joinByLease() {
        let (moment, joinsAny) = (now, options.sabotage == .anyFetchIsJoined)
        guard
            let fetch = someFetch(where: {
                $0.lease.map { joinsAny || $0.isJoinable(now: moment) } ?? false
            }),
            let key = fetches[fetch].readers.first(where: { $0.pagination == nil })?.key
        else { return }
        counts.joinedByLease += 1
        let dataset = fetches[fetch].dataset
        fetches[fetch].readers.append(
            Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset], own: own[dataset])
        )
    }

    mutating func ask(_ reader: Reader) {
        lastFetch += 1
        let id = lastFetch
        let (revalidate, turn) = (reader.isConfirmed, reader.turn)
        let decided = Explanation.Outcome(
            table.decide(reader.key, revalidate: revalidate, turn: turn, now: now)
        )
        let explained = table.explain(reader.key, now: now).outcome
        let lookup = table.lookUp(reader.key, revalidate: revalidate, turn: turn, now: now, fetch: { id })
        let done = Explanation.Outcome(lookup)
        if decided != done || !revalidate && explained != done {
            faults.append("explained as \(explained), decided as \(decided), done as \(done)")
        }
        carryOut(lookup, for: reader)
    }

    private mutating func carryOut(_ lookup: RecordsLookup<Page, Int>, for reader: Reader) {
        switch lookup {
        case .hit(let page):
            counts.hits += 1
            checkTurn(of: reader)
            if page.age >= Self.fresh { faults.append("a hit that is not fresh") }
            deliver(page.page, to: reader, age: page.age, from: nil)
        case .derive(let state):
            counts.derived += 1
            checkTurn(of: reader)
            if state.age >= lifetime(of: state), reader.pagination == nil {
                faults.append("derived from a state that is not fresh")
            }
            derive(from: state, for: reader)
        case .stale(let state, let lead):
            counts.stale += 1
            if reader.isConfirmed { faults.append("stale for a read that asks for confirmation") }
            if !options.servesStale || state.age < lifetime(of: state) {
                faults.append("stale for no reason")
            }
            derive(from: state, for: reader)
            if let (token, id) = lead { send(id, .shared(token), for: reader.key, of: reader.dataset) }
        case .wait(let id, _):
            counts.joins += 1
            if reader.isConfirmed { counts.joinedInTurn += 1 }
            guard let fetch = fetches.firstIndex(where: { $0.id == id }) else {
                return faults.append("joined a fetch that is not in flight")
            }
            if now.nanoseconds(since: fetches[fetch].start) >= Self.fetchLimit {
                faults.append("joined a lost fetch")
            }
            fetches[fetch].readers.append(reader)
        case .queue(let signal, let turn):
            counts.queued += 1
            var reader = reader
            reader.turn = turn
            queued.append((signal, reader))
        case .lead(let token, let id):
            send(id, .shared(token), for: reader.key, of: reader.dataset, readers: [reader])
            if reader.isConfirmed { checkConfirmations(after: reader) }
        case .pass: faults.append("a short listing is forwarded")
        case .refuse(let unknown):
            counts.refused += 1
            let isBelow = unknown.count > (table.syncCount(of: reader.key.dataset) ?? .max)
            if unknown.count != reader.key.since || !isBelow {
                faults.append("refused a count that is known")
            }
        case .gone:
            counts.gone += 1
            if reader.pagination == nil { faults.append("gone without a pagination") }
        }
    }

    /// Asks again for those who waited for their turn.
    mutating func wakeQueued(in dataset: Int) {
        guard let signal = table.nextTurn(of: scopes[dataset], now: now) else { return }
        let woken = queued.filter { $0.signal == signal }
        if woken.isEmpty { faults.append("a signal for nobody") }
        queued.removeAll { $0.signal == signal }
        for (_, reader) in woken { ask(reader) }
    }

    private mutating func checkTurn(of reader: Reader) {
        guard reader.isConfirmed else { return }
        if reader.turn == nil { faults.append("served without a confirmation") }
        counts.servedInTurn += 1
    }

    /// Checks that a dataset has no third confirmation on the wire, except for a read that has waited long.
    private mutating func checkConfirmations(after reader: Reader) {
        fetches[fetches.count - 1].isConfirmation = true
        let count = fetches.count {
            $0.isConfirmation && $0.dataset == reader.dataset
                && now.nanoseconds(since: $0.start) < Self.fetchLimit
        }
        if count > 2, reader.turn?.mayWaitAgain ?? true { faults.append("\(count) confirmations at once") }
    }

    private func lifetime(of state: CachedState) -> Int64 {
        state.snapshot.isAbsent ? limits.absent : limits.fresh
    }

    mutating func bypass() throws {
        let dataset = someDataset()
        let since = Int64(random.below(Int(upstream[dataset].present.syncCount) + 1))
        let key = PageKey(dataset: scopes[dataset], since: since, maxResults: nil)
        lastFetch += 1
        let reader = Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset])
        send(lastFetch, .bypass(table.readStarted(scopes[dataset])), for: key, of: dataset, readers: [reader])
    }

    private mutating func send(
        _ id: Int,
        _ kind: PendingFetch.Kind,
        for key: PageKey,
        of dataset: Int,
        readers: [Reader] = []
    ) {
        var since = key.since
        if case .shared(let token) = kind { since = token.plan.since }
        fetches.append(
            PendingFetch(id: id, kind: kind, dataset: dataset, since: since, start: now, readers: readers)
        )
    }

    mutating func someFetch(where condition: (PendingFetch) -> Bool) -> Int? {
        guard !fetches.isEmpty else { return nil }
        let first = random.below(fetches.count)
        return fetches[first...].firstIndex(where: condition)
            ?? fetches[..<first].firstIndex(where: condition)
    }
}

import CognitoSync

@testable import Policy

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
        ask(Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset]))
    }

    /// Goes on in a walk.
    mutating func goOn() {
        guard !paginationRuns.isEmpty else { return }
        let pagination = random.below(paginationRuns.count)
        let (from, cursor) = (paginationRuns[pagination].key, paginationRuns[pagination].next)
        let key = PageKey(
            dataset: from.dataset,
            since: from.since,
            maxResults: from.maxResults,
            cursor: cursor
        )
        ask(
            Reader(
                key: key,
                dataset: paginationRuns[pagination].dataset,
                begin: now,
                floor: 0,
                pagination: pagination
            )
        )
    }

    /// The short way to a page, which asks its lease and not the table.
    mutating func askAgainByLease() {
        guard !leases.isEmpty else { return }
        let (lease, page, key, dataset) = leases[random.below(leases.count)]
        guard key.cursor == nil, let remainingFreshness = lease.remainingFreshness(now: now) else { return }
        counts.hits += 1
        let reader = Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset])
        deliver(page, to: reader, age: remainingFreshness.age, from: nil)
    }

    /// The short way to a call in the air: for a read that somebody who waits for it has asked for too.
    mutating func joinByLease() {
        let (moment, joinsAny) = (now, options.sabotage == .anyCallIsJoined)
        guard
            let call = someCall(where: { $0.lease.map { joinsAny || $0.isJoinable(now: moment) } ?? false }),
            let key = calls[call].readers.first(where: { $0.pagination == nil })?.key
        else { return }
        counts.joinedByLease += 1
        let dataset = calls[call].dataset
        calls[call].readers.append(Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset]))
    }

    private mutating func ask(_ reader: Reader) {
        lastFlight += 1
        let fetch = lastFlight
        let revalidate = reader.pagination == nil && random.chance(oneIn: 20)
        switch table.lookUp(reader.key, revalidate: revalidate, now: now, fetch: { fetch }) {
        case .hit(let page):
            counts.hits += 1
            if page.age >= Self.fresh { faults.append("a hit that is not fresh") }
            deliver(page.page, to: reader, age: page.age, from: nil)
        case .derive(let state):
            counts.derived += 1
            if state.age >= lifetime(of: state), reader.pagination == nil {
                faults.append("derived from what is not fresh")
            }
            derive(from: state, for: reader)
        case .stale(let state, let leading):
            counts.stale += 1
            if !options.servesStale || state.age < lifetime(of: state) {
                faults.append("stale for no reason")
            }
            derive(from: state, for: reader)
            if let (ticket, fetch) = leading { depart(fetch, .shared(ticket), nil, reader) }
        case .wait(let fetch, _):
            counts.joins += 1
            guard let call = calls.firstIndex(where: { $0.fetch == fetch }) else {
                return faults.append("joined a call that is not in the air")
            }
            if now.nanoseconds(since: calls[call].start) >= Self.fetchLimit {
                faults.append("joined a lost call")
            }
            calls[call].readers.append(reader)
        case .lead(let ticket, let fetch):
            depart(fetch, .shared(ticket), reader, reader)
        case .gone:
            counts.gone += 1
            if reader.pagination == nil { faults.append("gone, though nobody walked") }
        }
    }

    private func lifetime(of state: CachedState) -> Int64 {
        state.snapshot.isAbsent ? limits.absent : limits.fresh
    }

    mutating func pass() throws {
        let dataset = someDataset()
        let since = Int64(random.below(Int(upstream[dataset].present.syncCount) + 1))
        let key = PageKey(dataset: scopes[dataset], since: since, maxResults: nil)
        lastFlight += 1
        let reader = Reader(key: key, dataset: dataset, begin: now, floor: floors[dataset])
        depart(lastFlight, .own(table.passStarted(key.dataset, now: now)), reader, reader)
    }

    private mutating func depart(_ fetch: Int, _ kind: Call.Kind, _ reader: Reader?, _ about: Reader) {
        var since = about.key.since
        if case .shared(let ticket) = kind { since = ticket.plan.since }
        calls.append(
            Call(
                fetch: fetch,
                kind: kind,
                dataset: about.dataset,
                since: since,
                start: now,
                readers: reader.map { [$0] } ?? []
            )
        )
    }

    /// A call is answered at the origin: first what it asks, then, where the table wants to know, when the
    /// dataset was made.
    mutating func takeEffect() throws {
        guard let call = someCall(where: { $0.seen == nil || $0.incarnation == nil }) else { return }
        let dataset = calls[call].dataset
        let model = upstream[dataset]
        guard calls[call].seen != nil else {
            calls[call].number = model.present.number
            guard let listing = model.listing(since: calls[call].since) else {
                calls[call].seen = .noSuchCount
                calls[call].incarnation = .notChecked
                return
            }
            let seen = try listing.seen(since: calls[call].since)
            calls[call].seen = .listing(seen, try listing.page(), at: model.clock)
            var isAsked = false
            if case .shared(let ticket) = calls[call].kind,
                case .revalidate(let revalidationBase) = ticket.plan
            {
                isAsked = revalidationBase.isCheckDue || !seen.shows(revalidationBase.snapshot)
            }
            if !isAsked || options.sabotage == .originIsNotAsked { calls[call].incarnation = .notChecked }
            return
        }
        guard case .shared(let ticket) = calls[call].kind,
            case .revalidate(let revalidationBase) = ticket.plan
        else {
            return
        }
        let created = model.present.created
        let date = Array(String(created).utf8)
        let isSame =
            revalidationBase.creationDate.map { $0 == date } ?? (created <= revalidationBase.firstSeen ?? -1)
        calls[call].incarnation = model.present.exists && isSame ? .same(creationDate: date) : .doubtful
    }

    mutating func complete() throws {
        calls.removeAll { $0.isLost && now.nanoseconds(since: $0.start) > 2 * Self.fetchLimit }
        guard let position = someCall(where: { $0.seen != nil && $0.incarnation != nil && !$0.isLost }) else {
            return
        }
        let call = calls.remove(at: position)
        guard let seen = call.seen, let incarnation = call.incarnation else { return }
        switch (call.kind, seen) {
        case (.own(let ticket), .listing(_, let page, _)):
            if options.sabotage != .passesTeachNothing { table.learn(ticket, from: page) }
            for reader in call.readers { deliverRaw(call, to: reader) }
        case (.own, .noSuchCount): break
        case (.shared(let ticket), _) where random.chance(oneIn: 12):
            let result = table.complete(ticket, with: .failed, now: now)
            guard let stale = result.stale else { return }
            counts.stoodIn += 1
            if stale.age >= Self.fresh + limits.staleIfError { faults.append("too old to stand in") }
            for reader in call.readers where stale.snapshot.answers(reader.key) {
                derive(from: stale, for: reader)
            }
        case (.shared(let ticket), .noSuchCount):
            consume(table.complete(ticket, with: .unknownCount, now: now), of: call)
        case (.shared(let ticket), .listing(let seen, _, let time)):
            consume(
                table.complete(leaving(ticket), with: .seen(seen, at: time, incarnation), now: now),
                of: call
            )
        }
    }

    private mutating func consume(_ result: FetchResult, of call: Call) {
        if result.isStored { counts.stored += 1 }
        if result.revalidation == .unchanged { counts.unchanged += 1 }
        if result.revalidation == .changed { counts.changed += 1 }
        for var reader in call.readers {
            if let state = result.state, state.snapshot.answers(reader.key) {
                derive(from: state, for: reader)
            } else if result.mustAskAgain {
                counts.again += 1
                reader.rounds += 1
                if reader.rounds < 4 { ask(reader) }
            } else if reader.pagination == nil, reader.key.since == call.since {
                if case .listing = call.seen { deliverRaw(call, to: reader) }
            }
        }
    }

    /// Some calls never come back.
    mutating func lose() {
        if let call = someCall(where: { _ in true }) { calls[call].isLost = true }
    }

    /// The ticket as it was, or, for sabotage, one that claims that its call has only just left.
    private mutating func leaving(_ ticket: FetchToken) -> FetchToken {
        guard options.sabotage == .callsForgetWhenTheyLeft else { return ticket }
        table.complete(ticket)
        return FetchToken(
            dataset: ticket.dataset,
            start: ticket.start,
            stamp: table.clock.next(),
            plan: ticket.plan,
            lease: ticket.lease
        )
    }

    private mutating func someCall(where condition: (Call) -> Bool) -> Int? {
        guard !calls.isEmpty else { return nil }
        let first = random.below(calls.count)
        return calls[first...].firstIndex(where: condition) ?? calls[..<first].firstIndex(where: condition)
    }
}

import CognitoSync

/// Reads: decided by a pure function, and carried out.
extension RecordsTable {
    /// Decides about a read of a runtime and carries the decision out.
    ///
    /// `revalidate` asks for a response that upstream gives from now on. It joins no fetch that was sent before, but
    /// later reads join its fetch. While two such fetches are on the wire, it is told to wait for its turn. It then
    /// asks again with that, and may be served from what was sent since. `fetch` makes what readers wait for; it is
    /// called only to lead, or to wait.
    package mutating func lookUp(
        _ key: PageKey,
        revalidate: Bool = false,
        turn: ConfirmationTurn? = nil,
        generation: UInt64? = nil,
        now: Instant,
        fetch: () -> Fetch
    ) -> RecordsLookup<Page, Fetch> {
        let generation = generation ?? self.generation
        switch decide(key, revalidate: revalidate, turn: turn, now: now) {
        case .serve(let state, let dataset, let page):
            if let page, let hit = hit(page, of: dataset, in: state) { return .hit(hit) }
            queue.touch(dataset)
            return .derive(state)
        case .serveStale(let state, let plan):
            return .stale(
                state,
                plan.map { send($0, of: key.dataset, under: generation, now: now, fetch: fetch()) }
            )
        case .continuePagination(let state, let dataset):
            if let dataset {
                queue.touch(dataset)
                recordPagination(in: dataset, now: now)
            }
            return .derive(state)
        case .join(let position):
            let pending = fetches[position]
            return .wait(pending.fetch, pending.lease)
        case .queue:
            return .queue(
                confirmations.join(key.dataset, signal: fetch),
                turn?.next ?? ConfirmationTurn(asked: clock)
            )
        case .fetch(let plan):
            let (token, fetch) = send(
                plan,
                of: key.dataset,
                under: generation,
                isConfirmation: revalidate,
                now: now,
                fetch: fetch()
            )
            return .lead(token, fetch)
        case .pass:
            return .pass
        case .refuse(let unknown):
            unknownCounts.set(unknown, for: key.dataset)
            return .refuse(unknown)
        case .gone:
            return .gone
        }
    }

    /// Returns the decision about a read that came now; changes nothing.
    func decide(
        _ key: PageKey,
        revalidate: Bool,
        turn: ConfirmationTurn? = nil,
        now: Instant
    ) -> RecordsDecision {
        if let cursor = key.cursor, let decision = continuePagination(key, at: cursor, now: now) {
            return decision
        }
        guard let dataset = datasets.handle(of: key.dataset), let entry = datasets[dataset] else {
            return joinOrFetch(key, nil, cached: nil, revalidate: revalidate, turn: turn, now: now)
        }
        guard let cached = entry.cached else {
            return joinOrFetch(key, dataset, cached: nil, revalidate: revalidate, turn: turn, now: now)
        }
        if !revalidate || cached.isProven(after: turn), !cached.isDoubted, !limits.keepsOriginTokens,
            cached.snapshot.serves(key)
        {
            let (state, freshness) = cached.state(by: limits, now: now)
            switch freshness {
            case .fresh:
                return .serve(state, dataset: dataset, page: readyPage(key, of: dataset, now: now))
            case .revalidating where !revalidate:
                let isRevalidated = joinable(dataset, since: key.since, now: now) != nil
                let next = plan(of: key.since, cached: cached, isAsked: false, now: now)
                return .serveStale(state, isRevalidated ? nil : next)
            case .revalidating, .standIn, .stale: break
            }
        }
        return joinOrFetch(key, dataset, cached: cached, revalidate: revalidate, turn: turn, now: now)
    }

    private func joinOrFetch(
        _ key: PageKey,
        _ dataset: Int?,
        cached: CachedDataset?,
        revalidate: Bool,
        turn: ConfirmationTurn?,
        now: Instant
    ) -> RecordsDecision {
        if let long = longListings[key.dataset], long.until > now, key.since <= long.since, key.cursor == nil
        {
            return .pass
        }
        if !revalidate, let unknown = knownRefusal(of: key, cached: cached, now: now) {
            return .refuse(unknown)
        }
        // A page with a session token of upstream is for one caller.
        if !limits.keepsOriginTokens, let dataset {
            if !revalidate, let position = joinable(dataset, since: key.since, now: now) {
                return .join(position)
            }
            if revalidate, let decision = awaitTurn(key, dataset, turn, now: now) { return decision }
        }
        var since = key.since
        // The dataset is there: its count tells which of the counts below are too high.
        if cached?.snapshot.isAbsent ?? true, isBelowUnknownCount(key) { since = 0 }
        return .fetch(plan(of: since, cached: cached, isAsked: revalidate, now: now))
    }

    /// Returns the fetch that confirms what a read asks for, or the wait for one; nil to send the next one.
    private func awaitTurn(
        _ key: PageKey,
        _ dataset: Int,
        _ turn: ConfirmationTurn?,
        now: Instant
    ) -> RecordsDecision? {
        if let turn, let position = confirming(dataset, since: key.since, after: turn.asked, now: now) {
            return .join(position)
        }
        guard turn?.mayWaitAgain ?? true,
            fetches.hasMostConfirmations(dataset, now: now, limit: limits.fetchLimit)
        else { return nil }
        return .queue
    }

    /// Returns the refusal of a count that steps down from one that the service did not know.
    ///
    /// A client of iOS asks for each count below in turn. Any other count above the cached one is asked upstream: the
    /// caller may have seen more than this cache.
    private func knownRefusal(of key: PageKey, cached: CachedDataset?, now: Instant) -> UnknownCount? {
        guard let cached, !cached.isDoubted, !cached.snapshot.isAbsent, key.since > cached.snapshot.syncCount,
            isBelowUnknownCount(key), case .fresh = cached.state(by: limits, now: now).freshness
        else { return nil }
        return unknownCounts[key.dataset]?.below
    }

    private func isBelowUnknownCount(_ key: PageKey) -> Bool {
        key.since > 0 && key.cursor == nil && unknownCounts[key.dataset]?.below?.count == key.since
    }

    /// Returns the refusal of a count, and records it; nil for one that is asked upstream.
    package mutating func refuse(_ key: PageKey, now: Instant) -> UnknownCount? {
        guard let unknown = knownRefusal(of: key, cached: cached(of: key.dataset), now: now) else {
            return nil
        }
        unknownCounts.set(unknown, for: key.dataset)
        return unknown
    }

    /// Returns the handle of a page that is ready and whose session token is young enough.
    @inline(__always)
    private func readyPage(_ key: PageKey, of dataset: Int, now: Instant) -> Int? {
        guard let page = pages.find(key, of: dataset), let goodUntil = pages.goodUntil(page), now < goodUntil
        else { return nil }
        return page
    }

    /// Returns a page of a state that may be served, and records the access.
    @inline(__always)
    private func hit(_ page: Int, of dataset: Int, in state: CachedState) -> PageHit<Page>? {
        guard let goodUntil = pages.goodUntil(page), let lease = datasets[dataset]?.lease,
            let content = pages[page]
        else { return nil }
        lease.touch()
        return PageHit(
            page: content,
            age: state.age,
            timeToLive: state.timeToLive,
            lease: PageLease(state: lease, goodUntil: goodUntil)
        )
    }
}

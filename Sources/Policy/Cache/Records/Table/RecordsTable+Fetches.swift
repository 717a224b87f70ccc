package import CognitoSync

/// Shared calls: who joins, who leads, and what happens to one that never comes back.
extension RecordsTable {
    /// A call in the air whose answer a read that comes now may have.
    ///
    /// One that left to confirm the held state answers whatever the state does, and tells of counts above it; one
    /// that left to fetch what changed after a count answers for that count and those above, and a whole listing
    /// for a whole listing.
    func joinable(_ dataset: Int, since: Int64, now: Instant) -> Entry.PendingFetch? {
        guard let entry = datasets[dataset] else { return nil }
        let snapshot = entry.cached?.snapshot
        return entry.fetches.last { call in
            guard call.stamp > entry.changed, now.nanoseconds(since: call.start) < limits.fetchLimit else {
                return false
            }
            if call.isRevalidation, let snapshot {
                return snapshot.answers(since) || since > snapshot.syncCount
            }
            return call.since == since || since > call.since && call.since > 0
        }
    }

    mutating func lead(_ key: PageKey, now: Instant, fetch: Fetch) -> RecordsLookup<Page, Fetch> {
        let (ticket, fetch) = depart(key, now: now, fetch: fetch)
        return .lead(ticket, fetch)
    }

    /// Sends a call on its way: to confirm what is held, if that can answer the read then, else to fetch.
    mutating func depart(_ key: PageKey, now: Instant, fetch: Fetch) -> (FetchToken, Fetch) {
        abandonOverdueFetches(now: now)
        let dataset = dataset(of: key.dataset)
        var plan = FetchPlan.list(since: key.since)
        if let cached = datasets[dataset]?.cached, !cached.snapshot.isAbsent,
            cached.snapshot.answers(key.since) || key.since > cached.snapshot.syncCount
        {
            plan = .revalidate(revalidationBase(cached, now: now))
        }
        return (depart(plan, to: dataset, of: key.dataset, now: now, fetch: fetch), fetch)
    }

    /// Sends a call to confirm what is held in doubt, unless one is in the air or there is nothing to confirm.
    package mutating func revalidation(
        of scope: DatasetScope,
        now: Instant,
        fetch: () -> Fetch
    ) -> (FetchToken, Fetch)? {
        guard let dataset = datasetOfScope[scope], let cached = datasets[dataset]?.cached,
            !cached.snapshot.isAbsent,
            joinable(dataset, since: cached.snapshot.syncCount, now: now) == nil
        else { return nil }
        let fetch = fetch()
        let plan = FetchPlan.revalidate(revalidationBase(cached, now: now))
        return (depart(plan, to: dataset, of: scope, now: now, fetch: fetch), fetch)
    }

    private mutating func depart(
        _ plan: FetchPlan,
        to dataset: Int,
        of scope: DatasetScope,
        now: Instant,
        fetch: Fetch
    ) -> FetchToken {
        let stamp = clock.next()
        var isRevalidation = false
        if case .revalidate = plan { isRevalidation = true }
        let lease = FetchLease(start: now, limit: limits.fetchLimit)
        datasets[dataset]?.fetches.append(
            .init(
                fetch: fetch,
                stamp: stamp,
                start: now,
                since: plan.since,
                isRevalidation: isRevalidation,
                lease: lease
            )
        )
        counters.fetches += 1
        departures.append((start: now, stamp: stamp, scope: scope))
        return FetchToken(dataset: scope, start: now, stamp: stamp, plan: plan, lease: lease)
    }

    private func revalidationBase(_ cached: Entry.Cached, now: Instant) -> RevalidationBase {
        RevalidationBase(
            snapshot: cached.snapshot,
            creationDate: cached.creationDate,
            firstSeen: cached.firstSeen,
            isCheckDue: isCheckDue(cached, at: now)
        )
    }

    /// Whether it is time to ask if the state is still the same dataset's.
    func isCheckDue(_ cached: Entry.Cached, at now: Instant) -> Bool {
        now.nanoseconds(since: cached.checkedAt) >= limits.identityCheck
    }

    /// Takes a call out of the air, if it has not been given up.
    mutating func complete(_ ticket: FetchToken) {
        guard let dataset = datasetOfScope[ticket.dataset] else { return }
        takeOut(ticket.stamp, of: dataset)
    }

    /// Gives up on calls that never came back.
    ///
    /// Looks at the oldest departures until one may still come back: once or twice at each in all.
    mutating func abandonOverdueFetches(now: Instant) {
        while let first = departures.first {
            if let dataset = datasetOfScope[first.scope],
                datasets[dataset]?.fetches.contains(where: { $0.stamp == first.stamp }) ?? false
            {
                guard now.nanoseconds(since: first.start) >= limits.fetchLimit else { return }
                takeOut(first.stamp, of: dataset)
                counters.lostFetches += 1
                forgetIfIdle(dataset)
            }
            departures.removeFirst()
        }
    }

    private mutating func takeOut(_ stamp: Stamp, of dataset: Int) {
        guard let index = datasets[dataset]?.fetches.firstIndex(where: { $0.stamp == stamp }) else { return }
        datasets[dataset]?.fetches.remove(at: index).lease.end()
        counters.fetches -= 1
    }
}

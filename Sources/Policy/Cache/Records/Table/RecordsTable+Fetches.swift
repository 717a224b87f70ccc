package import CognitoSync

/// Shared fetches: which a read joins, what a new one asks, and what happens to one that never comes back.
extension RecordsTable {
    /// Returns a fetch in flight whose response is one for a read that comes now.
    ///
    /// - A revalidation serves whatever the cached state does, and counts above it.
    /// - A list of what changed after a count serves that count and those above.
    /// - A whole listing serves a whole listing.
    func joinable(_ dataset: Int, since: Int64, now: Instant) -> FetchPosition? {
        let snapshot = datasets[dataset]?.cached?.snapshot
        return fetches.joinable(dataset, now: now, limit: limits.fetchLimit) { plan in
            Self.serves(plan, since, snapshot)
        }
    }

    /// Returns a fetch in flight that was sent after a moment, and whose response confirms what a read asks for.
    ///
    /// A revalidation has to prove the incarnation; a listing shows all that it tells of.
    func confirming(_ dataset: Int, since: Int64, after moment: Stamp, now: Instant) -> FetchPosition? {
        let snapshot = datasets[dataset]?.cached?.snapshot
        return fetches.joinable(dataset, after: moment, now: now, limit: limits.fetchLimit) { plan in
            (plan.revalidationBase?.mustProve ?? true) && Self.serves(plan, since, snapshot)
        }
    }

    private static func serves(_ plan: FetchPlan, _ since: Int64, _ snapshot: DatasetSnapshot?) -> Bool {
        if case .revalidate = plan, let snapshot {
            return snapshot.serves(since) || since > snapshot.syncCount
        }
        return plan.since == since || since > plan.since && plan.since > 0
    }

    /// Returns the signal of the reads whose turn has come, now that a fetch has ended; nil if there are none.
    ///
    /// The first of them leads the next fetch, and the others join it.
    package mutating func nextTurn(of scope: DatasetScope, now: Instant) -> Fetch? {
        if let dataset = datasets.handle(of: scope),
            fetches.hasMostConfirmations(dataset, now: now, limit: limits.fetchLimit)
        {
            return nil
        }
        return confirmations.take(scope)
    }

    /// Returns the request of a fetch: to revalidate the cached state, if a read can be served from that, else to list.
    ///
    /// `isAsked` is whether the caller asks for a confirmed response.
    func plan(of since: Int64, cached: CachedDataset?, isAsked: Bool, now: Instant) -> FetchPlan {
        guard let cached, cached.revalidates(since) else { return .list(since: since) }
        return .revalidate(cached.revalidationBase(by: limits, isAsked: isAsked, now: now))
    }

    /// Starts a fetch.
    mutating func send(
        _ plan: FetchPlan,
        of scope: DatasetScope,
        under generation: UInt64,
        isConfirmation: Bool = false,
        now: Instant,
        fetch: Fetch
    ) -> (FetchToken, Fetch) {
        abandonOverdueFetches(now: now)
        let dataset = datasets.make(scope, now: clock)
        let stamp = clock.next()
        let lease = fetches.send(
            fetch,
            for: dataset,
            asking: plan,
            stamp: stamp,
            isOpen: isInForce(generation) && !limits.keepsOriginTokens,
            isConfirmation: isConfirmation,
            now: now,
            limit: limits.fetchLimit
        )
        let token = FetchToken(
            dataset: scope,
            start: now,
            stamp: stamp,
            generation: generation,
            plan: plan,
            lease: lease
        )
        return (token, fetch)
    }

    /// Starts a fetch to revalidate the cached state, unless one is in flight or nothing can be revalidated.
    package mutating func revalidation(
        of scope: DatasetScope,
        generation: UInt64? = nil,
        now: Instant,
        fetch: () -> Fetch
    ) -> (FetchToken, Fetch)? {
        guard let dataset = datasets.handle(of: scope), let cached = datasets[dataset]?.cached,
            !cached.snapshot.isAbsent,
            joinable(dataset, since: cached.snapshot.syncCount, now: now) == nil
        else { return nil }
        let plan = FetchPlan.revalidate(cached.revalidationBase(by: limits, isAsked: true, now: now))
        return send(plan, of: scope, under: generation ?? self.generation, now: now, fetch: fetch())
    }

    /// Starts a fetch that shows what became of a write whose response was lost.
    ///
    /// It asks from below the count that was cached when the write was sent, so that what stands at that count is seen.
    package mutating func inquiry(
        of scope: DatasetScope,
        from syncCount: Int64,
        generation: UInt64? = nil,
        now: Instant,
        fetch: () -> Fetch
    ) -> (FetchToken, Fetch) {
        let base = cached(of: scope).flatMap { cached in
            cached.snapshot.isAbsent
                ? nil : cached.revalidationBase(by: limits, isAsked: true, from: syncCount - 1, now: now)
        }
        let plan = base.map(FetchPlan.revalidate) ?? .list(since: max(0, syncCount - 1))
        return send(plan, of: scope, under: generation ?? self.generation, now: now, fetch: fetch())
    }

    private mutating func abandonOverdueFetches(now: Instant) {
        while let dataset = fetches.abandonOverdue(now: now, limit: limits.fetchLimit) {
            forgetIfIdle(dataset)
        }
    }
}

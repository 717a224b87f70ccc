import CognitoSync

/// Events: judged by the rules of the fence (``FenceTransition``), and applied.
extension RecordsTable {
    /// Takes back a shared fetch.
    ///
    /// - Returns: The effect for those who waited for it.
    package mutating func complete(
        _ token: FetchToken,
        with outcome: FetchOutcome,
        now: Instant
    ) -> FetchResult {
        end(token)
        let token = isInForce(token.generation) ? token : token.fenced
        var result = FetchResult()
        note(outcome, of: token, now: now)
        guard let dataset = datasets.handle(of: token.dataset), let facts = facts(of: dataset) else {
            return result
        }
        defer { forgetIfIdle(dataset) }
        if case .failed = outcome { result.stale = standIn(for: facts.cached, now: now) }
        let transition = FenceTransition(of: facts, on: .fetched(outcome, token))
        result.mustAskAgain = transition.mustAskAgain
        result.isStored = apply(transition.action, to: dataset, now: now)
        if case .seen(let seen, _, _) = outcome {
            // A listing that takes several requests again and again, and is too large to be cached, is forwarded.
            if seen.pages > 1, case .list(let since) = token.plan,
                transition.snapshot.map({ $0.cost > limits.largestDataset }) ?? false
            {
                noteLongListing(since: since, of: token.dataset, now: now)
            }
            result.state = transition.snapshot.map {
                CachedState(
                    snapshot: $0,
                    age: now.nanoseconds(since: token.start),
                    timeToLive: 0,
                    sessionToken: nil
                )
            }
            if !result.isStored, !result.mustAskAgain { counters.fencedFills += 1 }
        }
        if result.isStored, case .bringForward = transition.action, let cached = datasets[dataset]?.cached {
            result.state = cached.state(by: limits, now: now).state
        }
        if limits.keepsOriginTokens, case .seen(let seen, _, _) = outcome {
            result.state?.sessionToken = seen.sessionToken
        }
        if let base = token.plan.revalidationBase {
            result.revalidation =
                result.state.map { $0.snapshot === base.snapshot ? .unchanged : .changed }
                ?? (result.mustAskAgain ? .changed : .failed)
        }
        return result
    }

    private mutating func note(_ outcome: FetchOutcome, of token: FetchToken, now: Instant) {
        switch (outcome, token.plan) {
        case (.unknownCount(let message), .list(let since)):
            unknownCounts.set(UnknownCount(count: since, message: message), for: token.dataset)
        case (.tooLong, let plan): noteLongListing(since: plan.since, of: token.dataset, now: now)
        case (.unknownCount, .revalidate), (.seen, _), (.failed, _): break
        }
    }

    private mutating func noteLongListing(since: Int64, of dataset: DatasetScope, now: Instant) {
        let until = now.advanced(byNanoseconds: LongListing.lifetime)
        longListings.set(LongListing(since: since, until: until), for: dataset)
    }

    /// Removes a fetch from those in flight, unless it was abandoned.
    mutating func end(_ token: FetchToken) {
        if let dataset = datasets.handle(of: token.dataset) { fetches.complete(token.stamp, of: dataset) }
    }

    /// Returns a state that may be served in place of a response that did not come.
    private func standIn(for cached: CachedDataset?, now: Instant) -> CachedState? {
        guard let cached, !cached.isDoubted else { return nil }
        let state = cached.state(by: limits, now: now).state
        let freshness = limits.freshness(isAbsent: cached.snapshot.isAbsent)
        return freshness.mayStandIn(age: state.age) ? state : nil
    }

    /// Judges an event, and applies its effect; `now` is nil for an event that never makes a state.
    ///
    /// - Returns: The effect; nil if nothing is known of the dataset.
    @discardableResult
    mutating func apply(_ event: FenceEvent, to dataset: Int?, now: Instant? = nil) -> FenceTransition.Action?
    {
        guard let dataset, let facts = facts(of: dataset) else { return nil }
        let action = FenceTransition(of: facts, on: event).action
        _ = apply(action, to: dataset, now: now ?? Instant(nanoseconds: .min))
        forgetIfIdle(dataset)
        return action
    }

    private func facts(of dataset: Int) -> FenceFacts? {
        datasets[dataset].map {
            FenceFacts($0, isBeingDeleted: deletions.contains($0.scope.owner), limits: limits)
        }
    }

    /// Applies an effect.
    ///
    /// - Returns: Whether a state was cached.
    private mutating func apply(_ action: FenceTransition.Action, to dataset: Int, now: Instant) -> Bool {
        switch action {
        case .nothing:
            return false
        case .close:
            recordChange(of: dataset)
            return false
        case .fence:
            fence(dataset)
            return false
        case .doubt(let cause, let reason):
            count(reason, of: dataset)
            datasets.update(dataset) { $0.doubt(because: cause) }
            recordChange(of: dataset)
            return false
        case .invalidate(let reason):
            invalidate(dataset, because: reason)
            return false
        case .begin(let cached, let reason):
            if let reason { invalidate(dataset, because: reason) }
            recordChange(of: dataset)
            return cached.map { cache($0, in: dataset, now: now) } ?? false
        case .bringForward(let cached, let reason):
            count(reason, of: dataset)
            recordChange(of: dataset)
            return cache(cached, in: dataset, now: now)
        }
    }

    private mutating func count(_ reason: Invalidation?, of dataset: Int) {
        if let reason { counters.invalidated[reason, default: 0] += pages.count(of: dataset) }
    }

    private mutating func recordChange(of dataset: Int) {
        let moment = clock.next()
        datasets.update(dataset) { $0.change(at: moment) }
        fetches.close(dataset)
    }

    private mutating func fence(_ dataset: Int) {
        let moment = clock.next()
        datasets.update(dataset) { $0.fence(at: moment) }
        fetches.close(dataset)
    }

    private mutating func invalidate(_ dataset: Int, because reason: Invalidation) {
        fence(dataset)
        let dropped = pages.count(of: dataset)
        release(dataset)
        if dropped > 0 { counters.invalidated[reason, default: 0] += dropped }
    }
}

package import CognitoSync

/// Writes, and what else is learned beside shared calls.
extension RecordsTable {
    /// A write is about to leave.
    package mutating func writeStarted(_ scope: DatasetScope, now: Instant) -> WriteToken {
        let dataset = dataset(of: scope)
        let isAlone = datasets[dataset]?.writes == 0
        datasets[dataset]?.writes += 1
        datasets[dataset]?.writesStarted &+= 1
        return WriteToken(
            scope: scope,
            start: now,
            stamp: clock.next(),
            cachedCount: datasets[dataset]?.cached?.snapshot.syncCount ?? .max,
            isAlone: isAlone,
            number: datasets[dataset]?.writesStarted ?? 0
        )
    }

    /// Takes back a write.
    ///
    /// To be called once, before the write's caller is answered.
    package mutating func writeEnded(_ ticket: WriteToken, outcome: WriteOutcome, now: Instant) {
        guard let dataset = datasetOfScope[ticket.scope], let entry = datasets[dataset] else { return }
        datasets[dataset]?.writes -= 1
        defer { forgetIfIdle(dataset) }
        let change: RecordChange?
        switch outcome {
        case .rejected: return
        case .conflict, .unknown: change = nil
        case .applied(let records): change = records
        }
        guard let cached = entry.cached else {
            fence(dataset)
            return
        }
        // What is held may be from before the deletion, the write from after it, and counts would not tell.
        guard deletions[ticket.scope.owner] == nil else {
            invalidate(dataset, because: .delete)
            return
        }
        // What it changed cannot stand in the state that was held when it left: that would be another dataset's.
        if let change, change.syncCount > ticket.cachedCount, cached.snapshot.contains(change) { return }
        let wasAlone = ticket.isAlone && ticket.number == entry.writesStarted
        guard let change, wasAlone, ticket.stamp > entry.invalidated,
            let next = cached.snapshot.following(change)
        else {
            doubt(dataset, because: .write)
            return
        }
        // The answer does not say that the dataset is the one it was: where it is time to ask, it confirms nothing.
        let validatedAt = limits.keepsOriginTokens || isCheckDue(cached, at: now) ? nil : ticket.start
        advance(dataset, to: next, because: .write, validatedAt: validatedAt, now: now)
    }

    /// Takes in a change that a stream tells of.
    package mutating func streamed(
        _ change: RecordChange?,
        of scope: DatasetScope,
        syncCount: Int64,
        now: Instant
    ) -> StreamOutcome {
        guard let dataset = datasetOfScope[scope], let entry = datasets[dataset] else { return .unheld }
        guard let cached = entry.cached else {
            fence(dataset)
            return .unheld
        }
        guard deletions[scope.owner] == nil else {
            invalidate(dataset, because: .stream)
            return .doubted
        }
        if change != nil, !cached.snapshot.isAbsent, syncCount <= cached.snapshot.syncCount { return .known }
        guard entry.writes == 0, let change, let next = cached.snapshot.following(change) else {
            counters.invalidated[.stream, default: 0] += entry.pages.count
            doubt(dataset, because: .stream)
            return .doubted
        }
        // A stream does not say when an event left: whether it was of this dataset, the next confirmation asks.
        datasets[dataset]?.cached?.checkedAt = Instant(nanoseconds: .min)
        advance(dataset, to: next, because: .stream, validatedAt: nil, now: now)
        return .merged
    }

    /// DeleteDataset is about to leave.
    ///
    /// Until it ended nothing is merged, and a write lets go of what is held: the change that seems to continue it may
    /// be the next dataset's.
    package mutating func deletionStarted(_ owner: IdentityScope) {
        deletions[owner, default: 0] += 1
        invalidateAll(of: owner)
    }

    /// Takes back a deletion, whatever came of it: once, before its caller is answered.
    package mutating func deletionEnded(_ owner: IdentityScope) {
        let others = (deletions[owner] ?? 1) - 1
        deletions[owner] = others > 0 ? others : nil
        invalidateAll(of: owner)
    }

    private mutating func invalidateAll(of owner: IdentityScope) {
        snapshots.removeAll { $0.owner == owner }
        invalidateAll(owners[owner]?.datasets ?? [], because: .delete)
    }

    /// A read that is nobody else's is about to leave.
    package mutating func passStarted(_ scope: DatasetScope, now: Instant) -> BypassToken {
        BypassToken(scope: scope, start: now, stamp: clock.next())
    }

    /// Learns from the answer to a read that was nobody else's.
    ///
    /// To be called before its caller is answered.
    package mutating func learn(_ ticket: BypassToken, from page: RecordsPage) {
        guard let dataset = datasetOfScope[ticket.scope] else { return }
        datasets[dataset]?.changed = clock.next()
        if datasets[dataset]?.cached?.snapshot.version != page.version || !page.isPlain {
            doubt(dataset, because: .answer)
        }
    }

    /// Learns from an answer that says only whether the dataset exists, as DescribeDataset's does.
    package mutating func learn(_ ticket: BypassToken, exists: Bool) {
        guard let dataset = datasetOfScope[ticket.scope] else { return }
        guard let cached = datasets[dataset]?.cached else { return fence(dataset) }
        guard cached.snapshot.isAbsent == exists else { return }
        invalidate(dataset, because: .contradiction)
        forgetIfIdle(dataset)
    }

    /// Puts a dataset in doubt: it is asked before it is served again.
    package mutating func doubt(_ scope: DatasetScope) {
        if let dataset = datasetOfScope[scope] { doubt(dataset, because: .told) }
    }

    /// The count of the newest state that is held of a dataset, 0 for one that does not exist, and the newest session
    /// token that the service gave for it.
    package func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)? {
        guard let cached = datasetOfScope[scope].flatMap({ datasets[$0]?.cached }) else { return nil }
        return (cached.snapshot.syncCount, cached.sessionToken)
    }

    /// Takes in a session token that the service gave outside a shared call.
    package mutating func recordToken(_ token: String, of scope: DatasetScope) {
        if let dataset = datasetOfScope[scope] { datasets[dataset]?.cached?.sessionToken = token }
    }

    /// Voids what matches, where nil stands for any, and gives the number of datasets dropped.
    ///
    /// Looks at every dataset: for an operator, not for traffic.
    package mutating func purge(
        pool: IdentityPoolID? = nil,
        identity: IdentityID? = nil,
        dataset: DatasetName? = nil
    ) -> Int {
        func matches(_ scope: DatasetScope) -> Bool {
            (pool.map { $0 == scope.owner.pool } ?? true)
                && (identity.map { $0 == scope.owner.identity } ?? true)
                && (dataset.map { $0 == scope.dataset } ?? true)
        }
        snapshots.removeAll(where: matches)
        var (matching, cached) = ([Int](), 0)
        for handle in datasets.handles {
            guard let entry = datasets[handle], matches(entry.scope) else { continue }
            matching.append(handle)
            if entry.cached != nil { cached += 1 }
        }
        invalidateAll(matching, because: .purge)
        return cached
    }

    /// Brings the held state forward by a change that continues it.
    private mutating func advance(
        _ dataset: Int,
        to next: DatasetSnapshot,
        because reason: Invalidation,
        validatedAt: Instant?,
        now: Instant
    ) {
        guard let entry = datasets[dataset], var cached = entry.cached else { return }
        counters.invalidated[reason, default: 0] += entry.pages.count
        cached.snapshot = next
        if let validatedAt { cached.validatedAt = max(cached.validatedAt, validatedAt) }
        datasets[dataset]?.changed = clock.next()
        _ = hold(cached, in: dataset, now: now)
    }

    /// Rule 5; where nothing is held, what is in the air is in doubt.
    mutating func doubt(_ dataset: Int, because cause: Explanation.Doubt) {
        guard datasets[dataset]?.cached != nil else { return fence(dataset) }
        datasets[dataset]?.cached?.doubt = cause
        renewLease(of: dataset)
        datasets[dataset]?.changed = clock.next()
    }

    /// Nothing that left before is stored.
    private mutating func fence(_ dataset: Int) {
        let moment = clock.next()
        datasets[dataset]?.invalidated = moment
        datasets[dataset]?.changed = moment
    }

    /// Rule 4: nothing is known any more.
    mutating func invalidate(_ dataset: Int, because reason: Invalidation) {
        fence(dataset)
        let dropped = letGo(dataset)
        if dropped > 0 { counters.invalidated[reason, default: 0] += dropped }
    }

    private mutating func invalidateAll(_ handles: [Int], because reason: Invalidation) {
        for dataset in handles {
            invalidate(dataset, because: reason)
            forgetIfIdle(dataset)
        }
    }
}

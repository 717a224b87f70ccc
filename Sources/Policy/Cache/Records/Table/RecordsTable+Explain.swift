/// What `lookUp` would decide, told and not done.
extension RecordsTable {
    /// What would become of a read that came now; changes nothing, not even what goes first for room.
    package func explain(_ key: PageKey, now: Instant) -> Explanation {
        let dataset = datasetOfScope[key.dataset]
        let isJoinable = dataset.flatMap { joinable($0, since: key.since, now: now) } != nil
        guard let dataset, let cached = datasets[dataset]?.cached else {
            return isJoinable
                ? Explanation(.joined, because: [.inTheAir, .unheld])
                : Explanation(.fetch, because: [.unheld])
        }
        let snapshot = cached.snapshot
        let state = state(of: cached, now: now)
        let isAnswered = snapshot.answers(key.since)
        let freshness = freshness(of: cached).state(age: state.age)
        let age = state.timeToLive > 0 ? Explanation.Reason.fresh : .expired
        let coverage = coverage(of: key.since, by: snapshot)
        var reasons =
            (cached.isDoubted ? [.doubted] : []) + (isAnswered ? [age, coverage] : [coverage, age])
        let outcome: Explanation.Outcome
        switch freshness {
        case .fresh where isAnswered && !cached.isDoubted:
            let isReady = slotOfKey[key].flatMap { slots[$0] }.map { now < $0.goodUntil } ?? false
            outcome = isReady ? .hit : .derived
            if isReady { reasons.append(.ready) }
        case .revalidating where isAnswered && !cached.isDoubted:
            outcome = .stale
        default:
            let isConfirmable = !snapshot.isAbsent && (isAnswered || key.since > snapshot.syncCount)
            outcome = isJoinable ? .joined : isConfirmable ? .delta : .fetch
        }
        if isJoinable { reasons.append(.inTheAir) }
        return Explanation(
            outcome,
            because: reasons,
            cached: shown(cached, state, cost: datasets[dataset]?.cost ?? 0)
        )
    }

    private func coverage(of since: Int64, by snapshot: DatasetSnapshot) -> Explanation.Reason {
        if snapshot.isAbsent { return .absent }
        if since == 0 { return snapshot.isWhole ? .whole : .notWhole }
        if since > snapshot.syncCount { return .aboveCount }
        return since < snapshot.base ? .belowBase : .withinCounts
    }

    private func shown(_ cached: Entry.Cached, _ state: CachedState, cost: Int) -> Explanation.Cached {
        Explanation.Cached(
            syncCount: cached.snapshot.syncCount,
            base: cached.snapshot.base,
            isWhole: cached.snapshot.isWhole,
            exists: !cached.snapshot.isAbsent,
            doubt: cached.doubt,
            records: cached.snapshot.records.entries.count,
            bytes: cost,
            age: state.age,
            timeToLive: state.timeToLive
        )
    }
}

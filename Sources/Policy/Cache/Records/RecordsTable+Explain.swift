/// What `lookUp` would decide, told and not done.
extension CacheTable {
    /// What would become of a read that came now; changes nothing, not even what goes first for room.
    package func explain(_ key: PageKey, now: Instant) -> Explanation {
        let dataset = datasetOfScope[key.dataset]
        let isJoinable = dataset.flatMap { joinable($0, since: key.since, now: now) } != nil
        guard let dataset, let held = datasets[dataset]?.held else {
            return isJoinable
                ? Explanation(.joined, because: [.inTheAir, .unheld])
                : Explanation(.fetch, because: [.unheld])
        }
        let copy = held.copy
        let state = state(of: held, now: now)
        let isAnswered = copy.answers(key.since)
        let freshness = freshness(of: held).state(age: state.age)
        let age = state.timeToLive > 0 ? Explanation.Reason.fresh : .expired
        let coverage = coverage(of: key.since, by: copy)
        var reasons = (held.isDoubted ? [.doubted] : []) + (isAnswered ? [age, coverage] : [coverage, age])
        let outcome: Explanation.Outcome
        switch freshness {
        case .fresh where isAnswered && !held.isDoubted:
            let isReady = slotOfKey[key].flatMap { slots[$0] }.map { now < $0.goodUntil } ?? false
            outcome = isReady ? .hit : .derived
            if isReady { reasons.append(.ready) }
        case .revalidating where isAnswered && !held.isDoubted:
            outcome = .stale
        default:
            let isConfirmable = !copy.isAbsent && (isAnswered || key.since > copy.syncCount)
            outcome = isJoinable ? .joined : isConfirmable ? .delta : .fetch
        }
        if isJoinable { reasons.append(.inTheAir) }
        return Explanation(
            outcome,
            because: reasons,
            held: shown(held, state, cost: datasets[dataset]?.cost ?? 0)
        )
    }

    private func coverage(of since: Int64, by copy: DatasetCopy) -> Explanation.Reason {
        if copy.isAbsent { return .absent }
        if since == 0 { return copy.isWhole ? .whole : .notWhole }
        if since > copy.syncCount { return .aboveCount }
        return since < copy.base ? .belowBase : .withinCounts
    }

    private func shown(_ held: Entry.Held, _ state: HeldState, cost: Int) -> Explanation.Held {
        Explanation.Held(
            syncCount: held.copy.syncCount,
            base: held.copy.base,
            isWhole: held.copy.isWhole,
            exists: !held.copy.isAbsent,
            doubt: held.doubt,
            records: held.copy.records.entries.count,
            bytes: cost,
            age: state.age,
            timeToLive: state.timeToLive
        )
    }
}

extension Explanation {
    /// Creates the report of a decision.
    ///
    /// `cached` is the cached state of the dataset and the bytes that it takes. `isJoinable` is whether a fetch is in
    /// flight that the read may join.
    init(
        _ decision: RecordsDecision,
        about key: PageKey,
        cached: (state: CachedDataset, bytes: Int)?,
        isJoinable: Bool,
        limits: RecordsLimits,
        now: Instant
    ) {
        let joinable: [Reason] = isJoinable ? [.inTheAir] : []
        var reasons: [Reason]
        switch decision {
        case .continuePagination: reasons = [.samePagination]
        case .gone: reasons = [.otherSnapshot]
        case .pass: reasons = [.tooLong]
        case .refuse: reasons = [.aboveCount, .belowUnknownCount]
        case .serve, .serveStale, .join, .queue, .fetch:
            if let state = cached?.state {
                reasons = Self.reasons(state, about: key, limits, now)
                if case .serve(_, _, page: .some) = decision { reasons.append(.ready) }
                reasons += joinable
            } else {
                reasons = joinable + [.unheld]
            }
        }
        self.init(
            Outcome(decision),
            because: reasons,
            cached: cached.map { Cached($0.state, bytes: $0.bytes, limits, now) }
        )
    }

    private static func reasons(
        _ state: CachedDataset,
        about key: PageKey,
        _ limits: RecordsLimits,
        _ now: Instant
    ) -> [Reason] {
        let isFresh = state.state(by: limits, now: now).state.timeToLive > 0
        let age: Reason = isFresh ? .fresh : .expired
        let coverage = coverage(of: key, by: state.snapshot)
        return (state.isDoubted ? [.doubted] : [])
            + (state.snapshot.serves(key) ? [age, coverage] : [coverage, age])
    }

    private static func coverage(of key: PageKey, by snapshot: DatasetSnapshot) -> Reason {
        if key.cursor != nil { return .otherSnapshot }
        if snapshot.isAbsent { return .absent }
        if key.since == 0 { return snapshot.isWhole ? .whole : .notWhole }
        if key.since > snapshot.syncCount { return .aboveCount }
        return key.since < snapshot.base ? .belowBase : .withinCounts
    }
}

extension Explanation.Outcome {
    init(_ decision: RecordsDecision) {
        self =
            switch decision {
            case .serve(_, _, page: .some): .hit
            case .serve(_, _, page: nil), .continuePagination, .refuse: .derived
            case .pass: .pass
            case .serveStale: .stale
            case .join, .queue: .joined
            case .fetch(.revalidate): .delta
            case .fetch(.list): .fetch
            case .gone: .gone
            }
    }
}

extension Explanation.Cached {
    fileprivate init(_ cached: CachedDataset, bytes: Int, _ limits: RecordsLimits, _ now: Instant) {
        let state = cached.state(by: limits, now: now).state
        self.init(
            syncCount: cached.snapshot.syncCount,
            base: cached.snapshot.base,
            isWhole: cached.snapshot.isWhole,
            exists: !cached.snapshot.isAbsent,
            doubt: cached.doubt,
            records: cached.snapshot.records.entries.count,
            bytes: bytes,
            age: state.age,
            timeToLive: state.timeToLive,
            sessionTokens: cached.sessionTokens.count
        )
    }
}

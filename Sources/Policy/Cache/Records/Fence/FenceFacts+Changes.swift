/// Rules 5 and 6 for what is learned beside shared fetches.
extension FenceFacts {
    /// Returns the doubt of rule 5; where nothing is cached, the fetches in flight are fenced.
    func doubt(because cause: Explanation.Doubt, counts: Invalidation? = nil) -> FenceTransition.Action {
        cached == nil ? .fence : .doubt(cause, counts: counts)
    }

    /// Returns the effect of a write that ended: rule 6.
    func written(_ outcome: WriteOutcome, by token: WriteToken, now: Instant) -> FenceTransition.Action {
        let change: RecordChange?
        switch outcome {
        case .rejected: return .nothing
        case .conflict, .unknown: change = nil
        case .applied(let records): change = records
        }
        guard let cached else { return .fence }
        // The cached state may be from before the deletion, the write from after it: counts would not tell.
        if isBeingDeleted { return .invalidate(.delete) }
        // A change below the count that was cached when it was sent would be that of another incarnation.
        if let change, change.syncCount > token.cachedCount, cached.snapshot.contains(change) {
            return .nothing
        }
        let wasAlone = token.isAlone && token.number == writesStarted
        guard let change, wasAlone, token.stamp > invalidated, let next = cached.snapshot.following(change)
        else { return doubt(because: .write) }
        var state = cached
        state.snapshot = next
        // The response does not show the incarnation: where a check is due, it validates nothing.
        if !limits.keepsOriginTokens, !cached.isCheckDue(by: limits, now: now) {
            state.validatedAt = max(cached.validatedAt, token.start)
        }
        return .bringForward(state, counts: .write, dropsPages: false)
    }

    func streamed(_ change: RecordChange?, syncCount: Int64) -> FenceTransition.Action {
        guard let cached else { return .fence }
        if isBeingDeleted { return .invalidate(.stream) }
        if change != nil, !cached.snapshot.isAbsent, syncCount <= cached.snapshot.syncCount {
            return .nothing
        }
        guard writes == 0, let change, let next = cached.snapshot.following(change) else {
            return doubt(because: .stream, counts: .stream)
        }
        var state = cached
        state.snapshot = next
        // An event does not show when it happened: the next revalidation checks whether it was of this incarnation.
        state.checkedAt = Instant(nanoseconds: .min)
        return .bringForward(state, counts: .stream, dropsPages: false)
    }

    /// Returns the effect of a read that is not shared; later reads join no fetch that was sent before it ended.
    func shown(_ version: DatasetVersion, isPlain: Bool) -> FenceTransition.Action {
        cached?.snapshot.version == version && isPlain ? .close : doubt(because: .answer)
    }

    func described(exists: Bool) -> FenceTransition.Action {
        guard let cached else { return .fence }
        return cached.snapshot.isAbsent == exists ? .invalidate(.contradiction) : .nothing
    }
}

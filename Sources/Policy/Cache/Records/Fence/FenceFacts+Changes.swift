/// Rules 4 to 6 for what is learned beside shared fetches.
extension FenceFacts {
    /// Returns the doubt of rule 5; where nothing is cached, the fetches in flight are fenced.
    func doubt(because cause: Explanation.Doubt, counts: Invalidation? = nil) -> FenceTransition.Action {
        cached == nil ? .fence : .doubt(cause, counts: counts)
    }

    /// Returns the effect of a write that ended: rule 6.
    func written(_ outcome: WriteOutcome, by token: WriteToken) -> FenceTransition.Action {
        let change: RecordChange?
        switch outcome {
        case .rejected, .settled: return .nothing
        case .conflict, .unknown: change = nil
        case .applied(let records): change = records
        }
        guard let cached else { return .fence }
        // The cached state may be from before the deletion, the write from after it: counts would not tell.
        if isBeingDeleted { return .invalidate(.delete) }
        guard let change else { return doubt(because: .write) }
        if let left = token.cachedCount, change.syncCount <= left, token.stamp > invalidated {
            // A count cannot fall. Only a write that changed nothing has a count that was known before.
            return cached.snapshot.holds(change) ? .nothing : .invalidate(.contradiction)
        }
        if cached.snapshot.contains(change) { return .nothing }
        guard token.stamp > invalidated, !cached.isDoubted, let next = cached.snapshot.following(change)
        else {
            return doubt(because: .write)
        }
        // The response does not show merges of identities: the state is as old as before.
        var state = cached
        state.snapshot = next
        return .bringForward(state, counts: .write)
    }

    func streamed(_ change: RecordChange?) -> FenceTransition.Action {
        guard let cached else { return .fence }
        if isBeingDeleted { return .invalidate(.stream) }
        if let change, !cached.snapshot.isAbsent, cached.snapshot.contains(change) { return .nothing }
        guard !cached.isDoubted, let change, let next = cached.snapshot.following(change) else {
            return doubt(because: .stream, counts: .stream)
        }
        var state = cached
        state.snapshot = next
        // An event does not show when it happened: the next revalidation checks whether it was of this incarnation.
        state.incarnation.checkedAt = Instant(nanoseconds: .min)
        state.provenAt = Stamp()
        return .bringForward(state, counts: .stream)
    }

    /// Returns the effect of a read that is not shared; later reads join no fetch that was sent before it ended.
    ///
    /// `stamp` is the moment at which it was sent: only a later response than all that is known contradicts it.
    func shown(_ seen: Observation, sentAt stamp: Stamp) -> FenceTransition.Action {
        guard let cached else { return .fence }
        if stamp > changed, !cached.snapshot.isAbsent, contradicts(seen, cached) {
            return .invalidate(.contradiction)
        }
        return cached.snapshot.version == seen.version && seen.isPlain ? .close : doubt(because: .answer)
    }

    private func contradicts(_ seen: Observation, _ cached: CachedDataset) -> Bool {
        seen.version < cached.snapshot.version
            || cached.finding(of: seen) == .contradicts
    }

    func described(exists: Bool) -> FenceTransition.Action {
        guard let cached else { return .fence }
        return cached.snapshot.isAbsent == exists ? .invalidate(.contradiction) : .nothing
    }

    /// Returns the effect of a read whose count the service does not know.
    ///
    /// It shows that the dataset exists, below that count: later reads join no fetch that was sent before it ended.
    func unknown(_ syncCount: Int64, sentAt stamp: Stamp) -> FenceTransition.Action {
        guard let cached else { return .close }
        if cached.snapshot.isAbsent { return doubt(because: .answer) }
        guard syncCount <= cached.snapshot.syncCount else { return .close }
        return stamp > changed ? .invalidate(.contradiction) : doubt(because: .answer)
    }
}

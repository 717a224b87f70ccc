/// Rules 1 to 5: the effect of a fetch that came back.
extension FenceFacts {
    func fetched(_ outcome: FetchOutcome, by token: FetchToken) -> FenceTransition {
        switch outcome {
        case .failed: FenceTransition()
        case .unknownCount: unknownCount(token.plan)
        case .seen(let seen, let time, let incarnation): saw(seen, at: time, incarnation, by: token)
        }
    }

    /// Returns the effect of a count that the service does not know.
    ///
    /// A count that a caller asked for proves only that there is a dataset. The count of a snapshot proves another
    /// incarnation.
    private func unknownCount(_ plan: FetchPlan) -> FenceTransition {
        if case .revalidate = plan {
            return FenceTransition(action: .invalidate(.contradiction), mustAskAgain: true)
        }
        let isAbsent = cached?.snapshot.isAbsent ?? false
        return FenceTransition(action: isAbsent ? doubt(because: .answer) : .nothing)
    }

    private func saw(
        _ seen: Observation,
        at time: Int64?,
        _ incarnation: IncarnationCheck,
        by token: FetchToken
    ) -> FenceTransition {
        var transition = FenceTransition()
        if let base = token.plan.revalidationBase {
            // After an invalidation this may be another incarnation, whatever the counts are.
            guard token.stamp > invalidated else { return FenceTransition(mustAskAgain: true) }
            guard incarnation != .doubtful, !seen.wasDeleted, let next = base.snapshot.following(seen) else {
                return FenceTransition(action: .invalidate(.contradiction), mustAskAgain: true)
            }
            transition.snapshot = next
        } else {
            transition.snapshot = DatasetSnapshot(seen, listsTombstones: limits.listsTombstones)
        }
        switch placement(of: seen.version, sentAt: token.stamp) {
        case .first:
            transition.action = .begin(beginning(transition.snapshot, seen, time, token), replacing: nil)
        case .created:
            transition.action = .begin(beginning(transition.snapshot, seen, time, token), replacing: .newer)
        case .same(let cached), .newer(let cached):
            transition.action = broughtForward(cached, by: seen, incarnation, transition.snapshot, token)
        case .older:
            transition.action = .invalidate(.contradiction)
        case .late:
            if cached?.snapshot.version != seen.version { transition.action = doubt(because: .answer) }
        }
        return transition
    }

    private enum Placement {
        /// Nothing is cached, and the response shows all that happened.
        case first
        /// There was no dataset, and now there is.
        case created
        case same(CachedDataset)
        case newer(CachedDataset)
        case older
        /// The fetch was sent too early for the response to be placed.
        case late
    }

    private func placement(of version: DatasetVersion, sentAt stamp: Stamp) -> Placement {
        guard stamp > invalidated else { return .late }
        if let cached, cached.snapshot.version == version { return .same(cached) }
        guard stamp > changed else { return .late }
        guard let cached else { return .first }
        if cached.snapshot.isAbsent { return .created }
        return cached.snapshot.version < version ? .newer(cached) : .older
    }

    private func beginning(
        _ snapshot: DatasetSnapshot?,
        _ seen: Observation,
        _ time: Int64?,
        _ token: FetchToken
    ) -> CachedDataset? {
        snapshot.map {
            CachedDataset(
                snapshot: $0,
                validatedAt: token.start,
                checkedAt: token.start,
                firstSeen: time,
                sessionToken: seen.sessionToken
            )
        }
    }

    /// Applies rules 2 and 3, and rule 5 if the response does not connect.
    ///
    /// `merged` is the successor of the base of a revalidation, which is mostly still the cached snapshot.
    private func broughtForward(
        _ cached: CachedDataset,
        by seen: Observation,
        _ incarnation: IncarnationCheck,
        _ merged: DatasetSnapshot?,
        _ token: FetchToken
    ) -> FenceTransition.Action {
        guard seen.isPlain else { return doubt(because: .answer) }
        var next = cached
        let isSame = seen.version == cached.snapshot.version
        if !cached.snapshot.isAbsent {
            let base = token.plan.revalidationBase
            let snapshot = base?.snapshot === cached.snapshot ? merged : cached.snapshot.following(seen)
            // When another writer changed it, only a revalidation checks the incarnation.
            guard isSame || base != nil, let snapshot else {
                // A response for counts below the base may tell of a deletion before the snapshot began.
                return isSame && seen.since < cached.snapshot.base ? .nothing : doubt(because: .answer)
            }
            next.snapshot = snapshot
        }
        // A check that is due and was not made keeps the age: so the next revalidation makes it.
        if cached.snapshot.isAbsent || incarnation != .notChecked
            || !cached.isCheckDue(by: limits, now: token.start)
        {
            next.validatedAt = max(cached.validatedAt, token.start)
        }
        if token.stamp > changed { next.doubt = nil }
        next.sessionToken = seen.sessionToken ?? cached.sessionToken
        if case .same(let creationDate) = incarnation {
            next.creationDate = creationDate
            next.checkedAt = token.start
        }
        return .bringForward(next, counts: isSame ? nil : .newer, dropsPages: limits.keepsOriginTokens)
    }
}

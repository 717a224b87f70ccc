/// Rules 1 to 5: the effect of a fetch that came back.
extension FenceFacts {
    func fetched(_ outcome: FetchOutcome, by token: FetchToken) -> FenceTransition {
        switch outcome {
        case .failed, .tooLong: FenceTransition()
        case .unknownCount: unknownCount(token)
        case .seen(let seen, let time, let incarnation): saw(seen, at: time, incarnation, by: token)
        }
    }

    /// Returns the effect of a count that the service does not know.
    ///
    /// A count that the dataset had proves another incarnation. A greater one, which a caller asked for, proves only
    /// that there is a dataset.
    private func unknownCount(_ token: FetchToken) -> FenceTransition {
        if case .revalidate = token.plan {
            return FenceTransition(action: .invalidate(.contradiction), mustAskAgain: true)
        }
        return FenceTransition(action: unknown(token.plan.since, sentAt: token.stamp))
    }

    private func saw(
        _ seen: Observation,
        at time: Int64?,
        _ incarnation: IncarnationCheck,
        by token: FetchToken
    ) -> FenceTransition {
        var transition = FenceTransition()
        let base = token.plan.revalidationBase
        var ofBase = IncarnationFinding.silent
        if let base {
            // After an invalidation this may be another incarnation, whatever the counts are.
            guard token.stamp > invalidated else { return FenceTransition(mustAskAgain: true) }
            ofBase = base.finding(of: seen)
            guard incarnation != .doubtful, ofBase != .contradicts,
                let next = base.snapshot.following(seen, widens: false)
            else { return FenceTransition(action: .invalidate(.contradiction), mustAskAgain: true) }
            transition.snapshot = next
        } else {
            transition.snapshot = DatasetSnapshot(seen, listsTombstones: limits.listsTombstones)
        }
        // Mostly the base is still the cached state.
        let finding =
            base?.snapshot === cached?.snapshot && base?.confirmedCount == cached?.confirmedCount
            ? ofBase : cached?.finding(of: seen) ?? .silent
        func began() -> CachedDataset? {
            transition.snapshot.map { beginning($0, seen, time, ofBase, incarnation, token) }
        }
        switch placement(of: seen.version, by: token, finding) {
        case .first:
            transition.action = .begin(began(), replacing: nil)
        case .created:
            transition.action = .begin(began(), replacing: .newer)
        case .same(let cached), .newer(let cached):
            transition.action = broughtForward(
                cached,
                by: seen,
                finding,
                incarnation,
                transition.snapshot,
                token
            )
        case .older:
            transition.action = .invalidate(.contradiction)
        case .before:
            break
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
        /// An earlier state of the same incarnation: a write was merged meanwhile.
        case before
        /// The fetch was sent too early for the response to be placed.
        case late
    }

    /// Returns the place of a version among the states of the dataset.
    ///
    /// Inside one incarnation the versions are in order, so a proof of that takes the place of the moment.
    private func placement(
        of version: DatasetVersion,
        by token: FetchToken,
        _ finding: IncarnationFinding
    ) -> Placement {
        guard token.stamp > invalidated else { return .late }
        if let cached, cached.snapshot.version == version { return .same(cached) }
        guard token.stamp > changed else {
            guard let cached else { return .late }
            if finding == .proves { return .newer(cached) }
            // The base of a revalidation is not contradicted here.
            let isRevalidation = token.plan.revalidationBase != nil
            return isRevalidation && version < cached.snapshot.version ? .before : .late
        }
        guard let cached else { return .first }
        if cached.snapshot.isAbsent { return .created }
        return cached.snapshot.version < version ? .newer(cached) : .older
    }

    /// Returns the state that a response begins; what is known of the incarnation survives an eviction.
    private func beginning(
        _ snapshot: DatasetSnapshot,
        _ seen: Observation,
        _ time: Int64?,
        _ finding: IncarnationFinding,
        _ check: IncarnationCheck,
        _ token: FetchToken
    ) -> CachedDataset {
        var facts = IncarnationFacts(checkedAt: token.start, firstSeen: time)
        var isProven = true
        if let base = token.plan.revalidationBase {
            facts = base.incarnation
            if case .same(let creationDate) = check { facts.creationDate = creationDate }
            isProven = check != .notChecked || finding == .proves
            if isProven { facts.checkedAt = token.start }
        }
        var state = CachedDataset(
            snapshot: snapshot,
            validatedAt: token.start,
            provenAt: isProven ? token.stamp : Stamp(),
            confirmedCount: snapshot.syncCount,
            incarnation: facts
        )
        state.keepToken(of: seen, sentAt: token.start, limits)
        return state
    }

    /// Applies rules 2 and 3, and rule 5 if the response does not connect.
    ///
    /// `merged` is the successor of the base of a revalidation, which is mostly still the cached snapshot.
    private func broughtForward(
        _ cached: CachedDataset,
        by seen: Observation,
        _ finding: IncarnationFinding,
        _ check: IncarnationCheck,
        _ merged: DatasetSnapshot?,
        _ token: FetchToken
    ) -> FenceTransition.Action {
        guard seen.isPlain else { return doubt(because: .answer) }
        var next = cached
        let isSame = seen.version == cached.snapshot.version
        let base = token.plan.revalidationBase
        let isProven = cached.snapshot.isAbsent || check != .notChecked || finding == .proves
        if !cached.snapshot.isAbsent {
            if finding == .contradicts {
                return token.stamp > changed ? .invalidate(.contradiction) : doubt(because: .answer)
            }
            let snapshot =
                base?.snapshot === cached.snapshot
                ? merged : cached.snapshot.following(seen, widens: base == nil)
            // When another writer changed it, the incarnation has to be known.
            guard isSame || base != nil || isProven, let snapshot else {
                // A response for counts below the base may tell of a deletion before the snapshot began.
                return isSame && seen.since < cached.snapshot.base ? .nothing : doubt(because: .answer)
            }
            next.snapshot = snapshot
        }
        if seen.since <= cached.confirmedCount, isProven || base != nil {
            next.confirmedCount = next.snapshot.syncCount
        }
        // A check that is due and was not made keeps the age: so the next revalidation makes it.
        if isProven || !cached.isCheckDue(by: limits, now: token.start) {
            next.validatedAt = max(cached.validatedAt, token.start)
        }
        if token.stamp > changed, isProven { next.doubt = nil }
        if isProven {
            next.incarnation.checkedAt = max(cached.incarnation.checkedAt, token.start)
            next.provenAt = max(cached.provenAt, token.stamp)
        }
        if case .same(let creationDate) = check { next.incarnation.creationDate = creationDate }
        next.keepToken(of: seen, sentAt: token.start, limits)
        return .bringForward(next, counts: isSame ? nil : .newer)
    }
}

extension CachedDataset {
    /// Keeps the session token of a response, unless it goes to the caller that the fetch was for.
    fileprivate mutating func keepToken(of seen: Observation, sentAt start: Instant, _ limits: RecordsLimits)
    {
        guard !limits.keepsOriginTokens, let token = seen.sessionToken else { return }
        sessionTokens.add(token, sentAt: start)
    }
}

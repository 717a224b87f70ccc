import CognitoSync

/// The rules of the fence: what an answer or a write makes of what is held of a dataset.
///
/// An answer is true of some moment between its departure and its landing. So one that left after the held state
/// was last brought forward is later than all that is known; one that left before may be older or newer, and its
/// count does not tell which, since a dataset that was deleted and made anew counts afresh.
/// 1. Where nothing is held, an answer that left after the last void, and after whatever was held since became
///    known, begins a copy.
/// 2. An answer that shows the held version agrees: the state is as fresh as the answer, and what the answer goes
///    back further than the copy is added to it.
/// 3. An answer that left after the held state was brought forward and shows a greater version brings it forward,
///    if it connects (`DatasetSnapshot.following`); pages of the old state go, and no later reader joins a call that
///    left before. Those who wait on one still get its answer: they asked before.
/// 4. Such an answer with a lower version proves that the dataset was made anew, or that the origin is not of one
///    mind: what is held goes, and the version is believed when it comes a second time.
/// 5. Any other answer, and whatever else does not fit, puts the state in doubt: it is asked before it is served
///    again, by a call that leaves after the doubt. A late answer pays for this with a call for what changed.
/// 6. The end of a write brings the state forward if its answer continues it, and puts it in doubt otherwise, unless
///    the write was refused. The start of a write changes nothing: until it is answered the old state is a true
///    answer.
/// 7. DeleteDataset voids the whole identity, when it is sent and when it ended, since other datasets of the
///    identity report merges with the deleted one.
///
/// A greater or equal count does not prove that it is the same dataset's. Whoever confirms a state asks for the
/// date of its creation when somebody else changed it, and every `identityCheck` (`RevalidationBase`).
extension RecordsTable {
    /// Takes back a shared call.
    package mutating func complete(
        _ ticket: FetchToken,
        with finding: FetchOutcome,
        now: Instant
    ) -> FetchResult {
        complete(ticket)
        guard let dataset = datasetOfScope[ticket.dataset] else { return FetchResult() }
        defer { forgetIfIdle(dataset) }
        var result: FetchResult
        switch finding {
        case .failed: result = failure(of: ticket, in: dataset, now: now)
        case .unknownCount:
            // Asked for by a caller it proves nothing, but that there is a dataset; of a state that is held it does.
            result = FetchResult()
            if case .revalidate = ticket.plan {
                invalidate(dataset, because: .contradiction)
                result.mustAskAgain = true
            } else if datasets[dataset]?.cached?.snapshot.isAbsent ?? false {
                doubt(dataset, because: .answer)
            }
        case .seen(let seen, let time, let incarnation):
            result = apply(seen, of: ticket, at: time, incarnation: incarnation, in: dataset, now: now)
        }
        if let cached = ticket.revalidationBase {
            result.revalidation =
                result.state.map { $0.snapshot === cached.snapshot ? .unchanged : .changed }
                ?? (result.mustAskAgain ? .changed : .failed)
        }
        return result
    }

    private func failure(of ticket: FetchToken, in dataset: Int, now: Instant) -> FetchResult {
        var result = FetchResult()
        guard let cached = datasets[dataset]?.cached, !cached.isDoubted else { return result }
        let state = state(of: cached, now: now)
        if freshness(of: cached).mayStandIn(age: state.age) { result.stale = state }
        return result
    }

    /// Rules 1 to 5 for the answer of a shared call.
    private mutating func apply(
        _ seen: Observation,
        of ticket: FetchToken,
        at time: Int64?,
        incarnation: IncarnationCheck,
        in dataset: Int,
        now: Instant
    ) -> FetchResult {
        var result = FetchResult()
        if let revalidationBase = ticket.revalidationBase {
            // What was voided since it left may be of a dataset that is gone, whatever the counts say.
            guard let entry = datasets[dataset], ticket.stamp > entry.invalidated else {
                result.mustAskAgain = true
                return result
            }
            let next =
                incarnation == .doubtful || seen.wasDeleted ? nil : revalidationBase.snapshot.following(seen)
            guard let next else {
                invalidate(dataset, because: .contradiction)
                result.mustAskAgain = true
                return result
            }
            result.state = answer(next, seen, of: ticket, now: now)
        } else if let snapshot = DatasetSnapshot(seen, listsTombstones: limits.listsTombstones) {
            result.state = answer(snapshot, seen, of: ticket, now: now)
        }
        guard let version = seen.version else {
            invalidate(dataset, because: .contradiction)
            return result
        }
        let placement = placement(of: version, in: dataset, departed: ticket.stamp)
        switch placement {
        case .first, .created:
            if placement == .created { invalidate(dataset, because: .newer) }
            datasets[dataset]?.changed = clock.next()
            if let snapshot = result.state?.snapshot {
                let cached = Entry.Cached(
                    snapshot: snapshot,
                    validatedAt: ticket.start,
                    checkedAt: ticket.start,
                    firstSeen: time,
                    sessionToken: seen.sessionToken
                )
                result.isStored = hold(cached, in: dataset, now: now)
            }
        case .same, .newer:
            result.isStored = bringForward(
                dataset,
                by: seen,
                of: ticket,
                incarnation: incarnation,
                merged: result.state?.snapshot,
                now: now
            )
            if result.isStored, let cached = datasets[dataset]?.cached {
                result.state = state(of: cached, now: now)
            }
        case .older:
            invalidate(dataset, because: .contradiction)
        case .late:
            if datasets[dataset]?.cached?.snapshot.version != version { doubt(dataset, because: .answer) }
        }
        if !result.isStored { counters.fencedFills += 1 }
        return result
    }

    /// What those who waited are answered from.
    private func answer(
        _ snapshot: DatasetSnapshot,
        _ seen: Observation,
        of ticket: FetchToken,
        now: Instant
    ) -> CachedState {
        let age = now.nanoseconds(since: ticket.start)
        return CachedState(snapshot: snapshot, age: age, timeToLive: 0, sessionToken: seen.sessionToken)
    }

    /// Rules 2 and 3; false if the answer does not connect, and then the state is in doubt.
    ///
    /// `merged` is what a confirmation makes of the state that it left with: mostly still the one that is held.
    private mutating func bringForward(
        _ dataset: Int,
        by seen: Observation,
        of ticket: FetchToken,
        incarnation: IncarnationCheck,
        merged: DatasetSnapshot?,
        now: Instant
    ) -> Bool {
        guard let entry = datasets[dataset], var cached = entry.cached else { return false }
        guard seen.isPlain else {
            doubt(dataset, because: .answer)
            return false
        }
        if !cached.snapshot.isAbsent {
            let isSame = seen.version == cached.snapshot.version
            // Somebody else changed it: only who confirms asks whether it is the same dataset.
            let isChecked = isSame || ticket.revalidationBase != nil
            let next =
                ticket.revalidationBase?.snapshot === cached.snapshot
                ? merged : cached.snapshot.following(seen)
            guard isChecked, let next else {
                // An answer for counts before the copy's may tell of a deletion before it.
                if !isSame || seen.since >= cached.snapshot.base { doubt(dataset, because: .answer) }
                return false
            }
            if !isSame { counters.invalidated[.newer, default: 0] += entry.pages.count }
            cached.snapshot = next
        }
        // Else the next to confirm it asks.
        if cached.snapshot.isAbsent || incarnation != .notChecked || !isCheckDue(cached, at: ticket.start) {
            cached.validatedAt = max(cached.validatedAt, ticket.start)
        }
        if ticket.stamp > entry.changed { cached.doubt = nil }
        datasets[dataset]?.changed = clock.next()
        cached.sessionToken = seen.sessionToken ?? cached.sessionToken
        if case .same(let creationDate) = incarnation {
            cached.creationDate = creationDate
            cached.checkedAt = ticket.start
        }
        if limits.keepsOriginTokens { dropPages(of: dataset) }
        return hold(cached, in: dataset, now: now)
    }

    private enum Placement {
        /// Nothing is held, and the answer shows all that happened.
        case first
        /// There was no dataset, and now there is.
        case created
        case same
        case newer
        case older
        /// It left too early to be placed.
        case late
    }

    private func placement(
        of version: DatasetVersion,
        in dataset: Int,
        departed: Stamp
    ) -> Placement {
        guard let entry = datasets[dataset], departed > entry.invalidated else { return .late }
        if entry.cached?.snapshot.version == version { return .same }
        guard departed > entry.changed else { return .late }
        guard let cached = entry.cached else { return .first }
        if cached.snapshot.isAbsent { return .created }
        return cached.snapshot.version < version ? .newer : .older
    }
}

extension FetchToken {
    /// What it left to confirm, if that is what it left for.
    fileprivate var revalidationBase: RevalidationBase? {
        if case .revalidate(let revalidationBase) = plan { revalidationBase } else { nil }
    }
}

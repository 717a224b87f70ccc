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
///    if it connects (`DatasetCopy.following`); pages of the old state go, and no later reader joins a call that
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
/// date of its creation when somebody else changed it, and every `identityCheck` (`Suspect`).
extension CacheTable {
    /// Takes back a shared call.
    package mutating func complete(_ ticket: Ticket, with finding: Finding, now: Instant) -> Landing {
        land(ticket)
        guard let dataset = datasetOfScope[ticket.dataset] else { return Landing() }
        defer { forgetIfIdle(dataset) }
        var landing: Landing
        switch finding {
        case .failed: landing = failure(of: ticket, in: dataset, now: now)
        case .unknownCount:
            // Asked for by a caller it proves nothing, but that there is a dataset; of a state that is held it does.
            landing = Landing()
            if case .confirm = ticket.errand {
                void(dataset, because: .contradiction)
                landing.mustAskAgain = true
            } else if datasets[dataset]?.held?.copy.isAbsent ?? false {
                doubt(dataset, because: .answer)
            }
        case .seen(let seen, let time, let origin):
            landing = place(seen, of: ticket, at: time, origin: origin, in: dataset, now: now)
        }
        if let held = ticket.suspect {
            landing.revalidation =
                landing.state.map { $0.copy === held.copy ? .unchanged : .changed }
                ?? (landing.mustAskAgain ? .changed : .failed)
        }
        return landing
    }

    private func failure(of ticket: Ticket, in dataset: Int, now: Instant) -> Landing {
        var landing = Landing()
        guard let held = datasets[dataset]?.held, !held.isDoubted else { return landing }
        let state = state(of: held, now: now)
        if freshness(of: held).mayStandIn(age: state.age) { landing.stale = state }
        return landing
    }

    /// Rules 1 to 5 for the answer of a shared call.
    private mutating func place(
        _ seen: Observation,
        of ticket: Ticket,
        at time: Int64?,
        origin: Origin,
        in dataset: Int,
        now: Instant
    ) -> Landing {
        var landing = Landing()
        if let suspect = ticket.suspect {
            // What was voided since it left may be of a dataset that is gone, whatever the counts say.
            guard let entry = datasets[dataset], ticket.stamp > entry.voided else {
                landing.mustAskAgain = true
                return landing
            }
            let next = origin == .doubtful || seen.wasDeleted ? nil : suspect.copy.following(seen)
            guard let next else {
                void(dataset, because: .contradiction)
                landing.mustAskAgain = true
                return landing
            }
            landing.state = answer(next, seen, of: ticket, now: now)
        } else if let copy = DatasetCopy(seen, listsTombstones: limits.listsTombstones) {
            landing.state = answer(copy, seen, of: ticket, now: now)
        }
        guard let version = seen.version else {
            void(dataset, because: .contradiction)
            return landing
        }
        let placement = placement(of: version, in: dataset, departed: ticket.stamp)
        switch placement {
        case .first, .created:
            if placement == .created { void(dataset, because: .newer) }
            datasets[dataset]?.changed = clock.next()
            if let copy = landing.state?.copy {
                let held = Entry.Held(
                    copy: copy,
                    confirmedAt: ticket.start,
                    checkedAt: ticket.start,
                    firstSeen: time,
                    sessionToken: seen.sessionToken
                )
                landing.isStored = hold(held, in: dataset, now: now)
            }
        case .same, .newer:
            landing.isStored = bringForward(
                dataset,
                by: seen,
                of: ticket,
                origin: origin,
                merged: landing.state?.copy,
                now: now
            )
            if landing.isStored, let held = datasets[dataset]?.held {
                landing.state = state(of: held, now: now)
            }
        case .older:
            void(dataset, because: .contradiction)
        case .late:
            if datasets[dataset]?.held?.copy.version != version { doubt(dataset, because: .answer) }
        }
        if !landing.isStored { counters.fencedFills += 1 }
        return landing
    }

    /// What those who waited are answered from.
    private func answer(
        _ copy: DatasetCopy,
        _ seen: Observation,
        of ticket: Ticket,
        now: Instant
    ) -> HeldState {
        let age = now.nanoseconds(since: ticket.start)
        return HeldState(copy: copy, age: age, timeToLive: 0, sessionToken: seen.sessionToken)
    }

    /// Rules 2 and 3; false if the answer does not connect, and then the state is in doubt.
    ///
    /// `merged` is what a confirmation makes of the state that it left with: mostly still the one that is held.
    private mutating func bringForward(
        _ dataset: Int,
        by seen: Observation,
        of ticket: Ticket,
        origin: Origin,
        merged: DatasetCopy?,
        now: Instant
    ) -> Bool {
        guard let entry = datasets[dataset], var held = entry.held else { return false }
        guard seen.isPlain else {
            doubt(dataset, because: .answer)
            return false
        }
        if !held.copy.isAbsent {
            let isSame = seen.version == held.copy.version
            // Somebody else changed it: only who confirms asks whether it is the same dataset.
            let isChecked = isSame || ticket.suspect != nil
            let next = ticket.suspect?.copy === held.copy ? merged : held.copy.following(seen)
            guard isChecked, let next else {
                // An answer for counts before the copy's may tell of a deletion before it.
                if !isSame || seen.since >= held.copy.base { doubt(dataset, because: .answer) }
                return false
            }
            if !isSame { counters.invalidated[.newer, default: 0] += entry.pages.count }
            held.copy = next
        }
        // Else the next to confirm it asks.
        if held.copy.isAbsent || origin != .unasked || !isCheckDue(held, at: ticket.start) {
            held.confirmedAt = max(held.confirmedAt, ticket.start)
        }
        if ticket.stamp > entry.changed { held.doubt = nil }
        datasets[dataset]?.changed = clock.next()
        held.sessionToken = seen.sessionToken ?? held.sessionToken
        if case .same(let creationDate) = origin {
            held.creationDate = creationDate
            held.checkedAt = ticket.start
        }
        if limits.keepsOriginTokens { dropPages(of: dataset) }
        return hold(held, in: dataset, now: now)
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
        guard let entry = datasets[dataset], departed > entry.voided else { return .late }
        if entry.held?.copy.version == version { return .same }
        guard departed > entry.changed else { return .late }
        guard let held = entry.held else { return .first }
        if held.copy.isAbsent { return .created }
        return held.copy.version < version ? .newer : .older
    }
}

extension Ticket {
    /// What it left to confirm, if that is what it left for.
    fileprivate var suspect: Suspect? {
        if case .confirm(let suspect) = errand { suspect } else { nil }
    }
}

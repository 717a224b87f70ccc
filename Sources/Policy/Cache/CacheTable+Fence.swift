package import CognitoSync

/// The rules of the fence: what an answer or a write makes of what is known of a dataset.
///
/// An answer is true of some moment between its departure and its landing. So one that left after the newest
/// version was learned is later than all that is known; one that left before may be older or newer, and its
/// count does not tell which, since a dataset that was deleted and made anew counts afresh.
/// 1. An answer that shows the newest version agrees. It is stored if it left after the last void.
/// 2. An answer that left after the newest version was learned and shows a greater one raises it: the pages
///    are older and go, and no later reader joins a fetch that left before. Those who wait on one still get
///    its answer: they asked before.
/// 3. Any other answer contradicts, and voids the dataset: nothing is known, no page is kept, and nothing
///    that left before is stored. A late answer pays for this with a fetch too many; a lower count means that
///    the dataset was made anew, or that the origin is not of one mind, and is believed when it comes a
///    second time.
/// 4. The end of a write voids the dataset, unless it was refused, since whatever was fetched before may be
///    older. If nothing was learned meanwhile its sync count is then the newest known. The start of a write
///    changes nothing: until it is answered the old state is a true answer, and what is stored meanwhile goes
///    at the end.
/// 5. DeleteDataset voids the whole identity, when it is sent and when it ended, since other datasets of the
///    identity report merges with the deleted one.
///
/// What counts cannot show is that somebody who goes round the gateway deletes a dataset, makes it anew and
/// brings it to the very count that is known here. That stays unseen for as long as a page is fresh.
extension CacheTable {
    /// A write is about to leave.
    package mutating func writeStarted(_ scope: DatasetScope) -> WriteTicket {
        WriteTicket(scope: scope, stamp: clock.next())
    }

    /// Takes back a write and gives the number of pages dropped.
    ///
    /// To be called before the write's caller is answered.
    package mutating func writeEnded(_ ticket: WriteTicket, outcome: WriteOutcome) -> Int {
        guard let dataset = datasetOfScope[ticket.scope], let entry = datasets[dataset] else { return 0 }
        let newest: DatasetVersion?
        switch outcome {
        case .rejected: return 0
        case .conflict, .unknown, .applied(nil): newest = nil
        case .applied(let count?):
            newest = ticket.stamp > entry.changed ? DatasetVersion(syncCount: count) : nil
        }
        let dropped = void(dataset, because: .write)
        datasets[dataset]?.newest = newest
        forgetIfEmpty(dataset)
        return dropped
    }

    /// Voids an identity and gives the number of pages dropped.
    ///
    /// To be called before DeleteDataset is sent, and when it ended, whatever came of it.
    package mutating func identityChanged(_ owner: IdentityScope) -> Int {
        voidAll(owners[owner]?.datasets ?? [], because: .delete)
    }

    /// A read that is nobody else's is about to leave.
    package mutating func passStarted(_ scope: DatasetScope) -> PassTicket {
        PassTicket(scope: scope, stamp: clock.next())
    }

    /// Learns from the answer to a read that was nobody else's.
    ///
    /// To be called before its caller is answered.
    package mutating func learn(_ ticket: PassTicket, facts: PageFacts) {
        guard let dataset = datasetOfScope[ticket.scope] else { return }
        if let version = facts.version {
            _ = observe(version, of: dataset, departed: ticket.stamp)
        } else {
            _ = void(dataset, because: .contradiction)
        }
        forgetIfEmpty(dataset)
    }

    /// Learns from an answer that says only whether the dataset exists, as DescribeDataset's does.
    package mutating func learn(_ ticket: PassTicket, exists: Bool) {
        guard let dataset = datasetOfScope[ticket.scope], let newest = datasets[dataset]?.newest,
            newest.isAbsent == exists
        else { return }
        _ = void(dataset, because: .contradiction)
        forgetIfEmpty(dataset)
    }

    /// Voids a dataset whose state is in doubt and gives the number of pages dropped.
    ///
    /// For when the origin refuses a sync count that this cache may have handed out ("No such SyncCount").
    package mutating func doubt(_ scope: DatasetScope) -> Int {
        voidAll(datasetOfScope[scope].map { [$0] } ?? [], because: .contradiction)
    }

    /// Voids what matches, where nil stands for any, and gives the number of pages dropped.
    ///
    /// Looks at every dataset: for an operator, not for traffic.
    package mutating func purge(
        pool: IdentityPoolID? = nil,
        identity: IdentityID? = nil,
        dataset: DatasetName? = nil
    ) -> Int {
        let matching = datasets.handles.filter { handle in
            guard let scope = datasets[handle]?.scope else { return false }
            return (pool.map { $0 == scope.owner.pool } ?? true)
                && (identity.map { $0 == scope.owner.identity } ?? true)
                && (dataset.map { $0 == scope.dataset } ?? true)
        }
        return voidAll(matching, because: .purge)
    }

    /// Places an answer that left at `departed` in the dataset's history, by rules 1 to 3; whether it may be
    /// stored.
    mutating func observe(_ version: DatasetVersion, of dataset: Int, departed: Stamp) -> Bool {
        guard let entry = datasets[dataset] else { return false }
        if entry.newest == version { return departed > entry.voided }
        guard departed > entry.changed, entry.newest.map({ $0 < version }) ?? true else {
            _ = void(dataset, because: .contradiction)
            return false
        }
        _ = dropPages(of: dataset, because: .newer)
        datasets[dataset]?.newest = version
        datasets[dataset]?.changed = clock.next()
        return true
    }

    private mutating func void(_ dataset: Int, because reason: Invalidation) -> Int {
        let moment = clock.next()
        datasets[dataset]?.newest = nil
        datasets[dataset]?.voided = moment
        datasets[dataset]?.changed = moment
        return dropPages(of: dataset, because: reason)
    }

    private mutating func voidAll(_ handles: [Int], because reason: Invalidation) -> Int {
        var dropped = 0
        for dataset in handles {
            dropped += void(dataset, because: reason)
            forgetIfEmpty(dataset)
        }
        return dropped
    }
}

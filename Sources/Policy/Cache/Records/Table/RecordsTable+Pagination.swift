package import CognitoSync

/// Paginations: all pages of one belong to one snapshot, whatever becomes of the dataset meanwhile.
extension RecordsTable {
    /// Returns the decision about a later page; nil if it is decided as a first page is.
    ///
    /// The snapshot that the pagination began in is that of the dataset, or retained. Its freshness does not count: the
    /// first page was fresh.
    func continuePagination(_ key: PageKey, at cursor: PageCursor, now: Instant) -> RecordsDecision? {
        let dataset = datasets.handle(of: key.dataset)
        let cached = dataset.flatMap { datasets[$0]?.cached }
        if let dataset, let cached, cached.snapshot.canContinue(cursor) {
            return .continuePagination(cached.state(by: limits, now: now).state, dataset: dataset)
        }
        for snapshot in snapshots.snapshots(of: key.dataset, syncCount: cursor.syncCount, now: now)
        where snapshot.canContinue(cursor) {
            let state = CachedState(snapshot: snapshot, age: 0, timeToLive: 0, sessionToken: nil)
            return .continuePagination(state, dataset: nil)
        }
        return cached.map { $0.snapshot.syncCount > cursor.syncCount } ?? false ? .gone : nil
    }

    /// Records that a caller was given a cursor of this snapshot.
    package mutating func paginationStarted(
        in snapshot: DatasetSnapshot,
        of scope: DatasetScope,
        now: Instant
    ) {
        if let dataset = datasets.handle(of: scope), datasets[dataset]?.cached?.snapshot === snapshot {
            recordPagination(in: dataset, now: now)
        } else {
            let until = now.advanced(byNanoseconds: limits.pagination)
            snapshots.retain(snapshot, of: scope, until: until, limit: limits.paginationBytes)
        }
    }

    mutating func recordPagination(in dataset: Int, now: Instant) {
        let until = now.advanced(byNanoseconds: limits.pagination)
        datasets.update(dataset) { $0.recordPagination(until: until) }
    }

    /// Retains the snapshot that is about to be replaced, if a pagination may be in it.
    mutating func retire(_ dataset: Int, now: Instant) {
        guard let entry = datasets[dataset], let cached = entry.cached,
            case .some(let until?) = datasets.update(dataset, { $0.takePagination() }), until > now
        else { return }
        snapshots.retain(cached.snapshot, of: entry.scope, until: until, limit: limits.paginationBytes)
    }
}

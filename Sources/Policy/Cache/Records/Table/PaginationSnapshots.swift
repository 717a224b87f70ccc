package import CognitoSync
import DequeModule

/// States that have been replaced while somebody walked through them, by scope and count.
///
/// Bounded in number, in bytes and in time; the oldest goes first.
struct PaginationSnapshots: Sendable {
    private struct Snapshot: Sendable {
        let scope: DatasetScope
        let snapshot: DatasetSnapshot
        let until: Instant
    }

    /// How many are kept at most.
    static let most = 64

    private var retained: Deque<Snapshot> = []
    private(set) var bytes = 0

    var count: Int { retained.count }

    mutating func keep(_ snapshot: DatasetSnapshot, of scope: DatasetScope, until: Instant, limit: Int) {
        retained.append(Snapshot(scope: scope, snapshot: snapshot, until: until))
        bytes += snapshot.cost
        shrink(to: limit)
    }

    mutating func shrink(to limit: Int) {
        while let oldest = retained.first, retained.count > Self.most || bytes > limit {
            bytes -= oldest.snapshot.cost
            retained.removeFirst()
        }
    }

    /// The states of a dataset that had this count, the newest first.
    func snapshots(of scope: DatasetScope, syncCount: Int64, now: Instant) -> [DatasetSnapshot] {
        retained.lazy.reversed().filter {
            $0.until > now && $0.scope == scope && $0.snapshot.syncCount == syncCount
        }
        .map(\.snapshot)
    }

    mutating func removeAll(where isUnwanted: (DatasetScope) -> Bool) {
        retained.removeAll { isUnwanted($0.scope) }
        bytes = retained.reduce(0) { $0 + $1.snapshot.cost }
    }
}

/// Walks: the pages of one belong to one state, whatever becomes of the dataset meanwhile.
extension RecordsTable {
    /// The state that the walk began in, held or kept; nil if it has to be asked for.
    ///
    /// A walk through a state does not ask whether it is fresh: its first page was.
    mutating func continuePagination(
        _ key: PageKey,
        at cursor: PageCursor,
        now: Instant
    ) -> RecordsLookup<Page, Fetch>? {
        let dataset = datasetOfScope[key.dataset]
        let cached = dataset.flatMap { datasets[$0]?.cached }
        if let dataset, let cached, cached.snapshot.canContinue(cursor) {
            queue.touch(dataset)
            recordPagination(in: dataset, now: now)
            return .derive(state(of: cached, now: now))
        }
        for snapshot in snapshots.snapshots(of: key.dataset, syncCount: cursor.syncCount, now: now)
        where snapshot.canContinue(cursor) {
            return .derive(CachedState(snapshot: snapshot, age: 0, timeToLive: 0, sessionToken: nil))
        }
        return cached.map { $0.snapshot.syncCount > cursor.syncCount } ?? false ? .gone : nil
    }

    /// Somebody was given a token of a walk through this state.
    package mutating func paginationStarted(
        in snapshot: DatasetSnapshot,
        of scope: DatasetScope,
        now: Instant
    ) {
        guard let dataset = datasetOfScope[scope] else { return }
        if datasets[dataset]?.cached?.snapshot === snapshot {
            recordPagination(in: dataset, now: now)
        } else {
            let until = now.advanced(byNanoseconds: limits.pagination)
            snapshots.keep(snapshot, of: scope, until: until, limit: limits.paginationBytes)
        }
    }

    private mutating func recordPagination(in dataset: Int, now: Instant) {
        datasets[dataset]?.paginatedUntil = now.advanced(byNanoseconds: limits.pagination)
    }

    /// Keeps the state that is about to be replaced if somebody may be walking through it.
    mutating func retire(_ dataset: Int, now: Instant) {
        guard let entry = datasets[dataset], let cached = entry.cached, let until = entry.paginatedUntil
        else {
            return
        }
        datasets[dataset]?.paginatedUntil = nil
        guard until > now else { return }
        snapshots.keep(cached.snapshot, of: entry.scope, until: until, limit: limits.paginationBytes)
    }
}

import CognitoSync
import DequeModule

/// The snapshots that were replaced while a pagination was in them, by scope and count.
///
/// Bounded in number, in bytes and in time; the oldest goes first.
struct PaginationSnapshots: Sendable {
    private struct Snapshot: Sendable {
        let scope: DatasetScope
        let snapshot: DatasetSnapshot
        let until: Instant
    }

    /// The maximum number of snapshots.
    static let most = 64

    private var retained: Deque<Snapshot> = []
    private(set) var bytes = 0

    var count: Int { retained.count }

    mutating func retain(_ snapshot: DatasetSnapshot, of scope: DatasetScope, until: Instant, limit: Int) {
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

    /// Returns the snapshots of a dataset that had this count, the newest first.
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

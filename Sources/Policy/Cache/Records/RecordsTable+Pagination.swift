package import CognitoSync
import DequeModule

/// States that have been replaced while somebody walked through them, by scope and count.
///
/// Bounded in number, in bytes and in time; the oldest goes first.
struct WalkSnapshots: Sendable {
    private struct Snapshot: Sendable {
        let scope: DatasetScope
        let copy: DatasetCopy
        let until: Instant
    }

    /// How many are kept at most.
    static let most = 64

    private var kept: Deque<Snapshot> = []
    private(set) var bytes = 0

    var count: Int { kept.count }

    mutating func keep(_ copy: DatasetCopy, of scope: DatasetScope, until: Instant, limit: Int) {
        kept.append(Snapshot(scope: scope, copy: copy, until: until))
        bytes += copy.cost
        shrink(to: limit)
    }

    mutating func shrink(to limit: Int) {
        while let oldest = kept.first, kept.count > Self.most || bytes > limit {
            bytes -= oldest.copy.cost
            kept.removeFirst()
        }
    }

    /// The states of a dataset that had this count, the newest first.
    func copies(of scope: DatasetScope, syncCount: Int64, now: Instant) -> [DatasetCopy] {
        kept.lazy.reversed().filter { $0.until > now && $0.scope == scope && $0.copy.syncCount == syncCount }
            .map(\.copy)
    }

    mutating func removeAll(where isUnwanted: (DatasetScope) -> Bool) {
        kept.removeAll { isUnwanted($0.scope) }
        bytes = kept.reduce(0) { $0 + $1.copy.cost }
    }
}

/// Walks: the pages of one belong to one state, whatever becomes of the dataset meanwhile.
extension CacheTable {
    /// The state that the walk began in, held or kept; nil if it has to be asked for.
    ///
    /// A walk through a state does not ask whether it is fresh: its first page was.
    mutating func continueWalk(
        _ key: PageKey,
        at place: WalkPlace,
        now: Instant
    ) -> Lookup<Page, Flight>? {
        let dataset = datasetOfScope[key.dataset]
        let held = dataset.flatMap { datasets[$0]?.held }
        if let dataset, let held, held.copy.canContinue(place) {
            queue.touch(dataset)
            noteWalk(in: dataset, now: now)
            return .derive(state(of: held, now: now))
        }
        for copy in snapshots.copies(of: key.dataset, syncCount: place.syncCount, now: now)
        where copy.canContinue(place) {
            return .derive(HeldState(copy: copy, age: 0, timeToLive: 0, sessionToken: nil))
        }
        return held.map { $0.copy.syncCount > place.syncCount } ?? false ? .gone : nil
    }

    /// Somebody was given a token of a walk through this state.
    package mutating func walkBegan(in copy: DatasetCopy, of scope: DatasetScope, now: Instant) {
        guard let dataset = datasetOfScope[scope] else { return }
        if datasets[dataset]?.held?.copy === copy {
            noteWalk(in: dataset, now: now)
        } else {
            let until = now.advanced(byNanoseconds: limits.walk)
            snapshots.keep(copy, of: scope, until: until, limit: limits.walkBytes)
        }
    }

    private mutating func noteWalk(in dataset: Int, now: Instant) {
        datasets[dataset]?.walkedUntil = now.advanced(byNanoseconds: limits.walk)
    }

    /// Keeps the state that is about to be replaced if somebody may be walking through it.
    mutating func retire(_ dataset: Int, now: Instant) {
        guard let entry = datasets[dataset], let held = entry.held, let until = entry.walkedUntil else {
            return
        }
        datasets[dataset]?.walkedUntil = nil
        guard until > now else { return }
        snapshots.keep(held.copy, of: entry.scope, until: until, limit: limits.walkBytes)
    }
}

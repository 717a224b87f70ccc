/// The proof that a dataset is still the incarnation of its snapshot, by records that come again.
///
/// A count proves nothing: another dataset under the same name can reach it. A record proves it, since its
/// LastModifiedDate is the service's own. So a revalidation asks for the last records that it holds once more.
extension DatasetSnapshot {
    /// The most bytes of records that a revalidation lets come again, where it has to prove the incarnation.
    static let heaviestLookBack = 4096
    /// The same for any other revalidation: with each, the records come again for as long as nothing changes.
    static let heaviestUsualLookBack = 1024

    /// Returns the count from which a revalidation asks, so that the newest confirmed records come again.
    ///
    /// That is the greatest count of a record below those. `confirmed` is the count that was last confirmed: above it
    /// there are only records of writes and of events. Where the records weigh more than the limit, or there are none,
    /// it is `confirmed` itself.
    func lookBackCount(from confirmed: Int64, mustProve: Bool) -> Int64 {
        let limit = mustProve || confirmed < syncCount ? Self.heaviestLookBack : Self.heaviestUsualLookBack
        var newest: (count: Int64, bytes: Int) = (0, 0)
        var before: Int64 = 0
        for entry in records.entries where entry.syncCount <= confirmed {
            if entry.syncCount > newest.count {
                before = newest.count
                newest = (entry.syncCount, Int(entry.length))
            } else if entry.syncCount == newest.count {
                newest.bytes += Int(entry.length)
            } else {
                before = max(before, entry.syncCount)
            }
        }
        guard newest.count > 0, newest.bytes <= limit else { return confirmed }
        // Below the base of a part, what is missing says nothing.
        return isWhole || before > 0 ? before : min(base, confirmed)
    }

    /// Returns what a response that is later than this snapshot shows of its incarnation.
    ///
    /// Only records up to the count `confirmed` prove anything. Above it they came with the responses to writes or with
    /// events, whose spelling may differ. There the date has to be the same.
    func finding(of seen: Observation, confirmed: Int64) -> IncarnationFinding {
        if isAbsent { return .silent }
        if seen.wasDeleted, seen.since >= oldestCount { return .contradicts }
        guard version <= seen.version else { return .contradicts }
        guard let theirs = seen.records, seen.nextToken == nil else { return .silent }
        var isProven = false
        let isConsistent = records.forEachPair(with: theirs) { mine, other in
            switch (mine, other) {
            case (let mine?, let other?) where mine.syncCount == other.syncCount:
                if records.hasSameBytes(mine, as: other, of: theirs) {
                    if mine.syncCount <= confirmed { isProven = true }
                    return true
                }
                return mine.syncCount > confirmed && records.hasSameDate(mine, as: other, of: theirs)
            case (.some, let other?):
                return other.syncCount > syncCount
            case (let mine?, nil):
                return !mustShow(mine, in: seen)
            case (nil, let other?):
                // A tombstone from before the base, or a record that a part need not have.
                return other.syncCount > syncCount || other.syncCount <= base && !(isWhole && other.hasValue)
            case (nil, nil):
                return true
            }
        }
        if !isConsistent { return .contradicts }
        return isProven ? .proves : .silent
    }

    /// The least count that this incarnation had, as far as is known.
    private var oldestCount: Int64 {
        records.entries.lazy.map(\.syncCount).min().map { min($0, base) } ?? base
    }

    /// Returns whether a response would show a record of this snapshot, or a later one of its key.
    private func mustShow(_ entry: RecordSet.Entry, in seen: Observation) -> Bool {
        if seen.since > 0 { return entry.syncCount > seen.since }
        // A whole listing need not show what was removed.
        return listsTombstones || entry.hasValue && seen.version == version
    }
}

/// The finding of a response about the incarnation of a snapshot.
package enum IncarnationFinding: Sendable {
    /// A confirmed record came again, byte for byte.
    case proves
    /// Other records than the known ones stand at a known count.
    case contradicts
    case silent
}

/// A dataset as it stood at one version: what every question that it can answer exactly is answered from.
///
/// It answers a `lastSyncCount` of 0, or none, if it began with a whole listing or learned one; and any from `base`
/// to its own count, since of what changed after `base` nothing is missing, removals included. Below `base` it is
/// silent: a whole listing need not show what had been removed before, nor say that the dataset was deleted.
///
/// Immutable, so that whoever has one can render answers from it without a lock, and a walk can go on in it after
/// the dataset has changed.
package final class DatasetSnapshot: Sendable {
    let version: DatasetVersion
    /// The least count other than 0 that it answers.
    let base: Int64
    /// Has every record that a whole listing shows.
    let isWhole: Bool
    /// A whole listing shows the tombstones too.
    let listsTombstones: Bool
    let records: RecordSet
    /// The JSON value of the last answer's LastModifiedBy.
    let lastModifiedBy: [UInt8]?
    /// The x-amzn-RequestId of the answer that it was last brought up to date by.
    package let requestID: String?

    private init(
        version: DatasetVersion,
        base: Int64,
        isWhole: Bool,
        listsTombstones: Bool,
        records: RecordSet,
        lastModifiedBy: [UInt8]?,
        requestID: String?
    ) {
        self.version = version
        self.base = base
        self.isWhole = isWhole
        self.listsTombstones = listsTombstones
        self.records = records
        self.lastModifiedBy = lastModifiedBy
        self.requestID = requestID
    }

    /// The beginning of a copy; nil if the answer cannot be held.
    ///
    /// A tombstone in a whole listing proves that the service lists them, whatever was configured.
    package convenience init?(_ seen: Observation, listsTombstones: Bool) {
        guard let (version, records) = seen.holdable else { return nil }
        if version.isAbsent, seen.since > 0 || !records.entries.isEmpty { return nil }
        guard records.entries.allSatisfy({ seen.since < $0.syncCount && $0.syncCount <= version.syncCount })
        else { return nil }
        let isWhole = seen.since == 0
        self.init(
            version: version,
            base: isWhole ? version.syncCount : seen.since,
            isWhole: isWhole,
            listsTombstones: listsTombstones || isWhole && records.entries.contains { !$0.hasValue },
            records: records,
            lastModifiedBy: seen.lastModifiedBy,
            requestID: seen.requestID
        )
    }

    package var syncCount: Int64 { version.syncCount }
    package var isAbsent: Bool { version.isAbsent }

    /// What it takes to keep it, in bytes.
    var cost: Int { records.cost + (lastModifiedBy?.count ?? 0) + (requestID?.utf8.count ?? 0) + 128 }

    /// Whether it has the whole answer to a request for what changed after `since`, 0 for all.
    func answers(_ since: Int64) -> Bool {
        since == 0 ? isWhole : !isAbsent && base <= since && since <= syncCount
    }

    /// The copy after an answer that shows this version or a later one of the same dataset; nil if the answer does
    /// not connect with it.
    ///
    /// It connects if it leaves out nothing that changed after this copy's count. If it goes back further than the
    /// copy, the copy does so too.
    func following(_ seen: Observation) -> DatasetSnapshot? {
        guard let (version, changes) = seen.holdable, !isAbsent, !version.isAbsent, self.version <= version,
            changes.entries.allSatisfy({ seen.since < $0.syncCount && $0.syncCount <= version.syncCount })
        else { return nil }
        let fresh = DatasetSnapshot(seen, listsTombstones: listsTombstones)
        if seen.since == 0 {
            // A whole listing need not show what was removed meanwhile.
            if version > self.version { return fresh }
            if isWhole { return self }
        } else if seen.since > syncCount {
            return nil
        }
        if changes.entries.isEmpty, version == self.version, seen.since >= base { return self }
        guard let merged = records.merging(changes) else { return nil }
        return DatasetSnapshot(
            version: version,
            base: seen.since == 0 ? base : min(base, seen.since),
            isWhole: isWhole || seen.since == 0,
            listsTombstones: listsTombstones || (fresh?.listsTombstones ?? false),
            records: merged,
            lastModifiedBy: seen.lastModifiedBy ?? lastModifiedBy,
            requestID: seen.requestID ?? requestID
        )
    }

    /// The copy after one write, whose answer had these records; nil if it does not show that the write came next.
    func following(_ change: RecordChange) -> DatasetSnapshot? {
        guard !isAbsent, change.syncCount == syncCount &+ 1, !change.records.entries.isEmpty,
            change.records.entries.allSatisfy({ $0.syncCount == change.syncCount }),
            let merged = records.merging(change.records)
        else { return nil }
        return DatasetSnapshot(
            version: DatasetVersion(syncCount: change.syncCount),
            base: base,
            isWhole: isWhole,
            listsTombstones: listsTombstones,
            records: merged,
            lastModifiedBy: change.lastModifiedBy ?? lastModifiedBy,
            requestID: change.requestID ?? requestID
        )
    }

    /// Whether all of these records stand here with the same counts: then the change is in this copy.
    func contains(_ change: RecordChange) -> Bool {
        guard change.syncCount <= syncCount, let merged = records.merging(change.records) else {
            return false
        }
        return merged.entries.count == records.entries.count
            && zip(merged.entries, records.entries).allSatisfy { $0.syncCount == $1.syncCount }
    }
}

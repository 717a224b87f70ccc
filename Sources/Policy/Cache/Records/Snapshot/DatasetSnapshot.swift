/// A dataset as it stood at one version: the source of every page that it can show exactly.
///
/// - It serves a `lastSyncCount` of 0, or none, if it began with a whole listing or learned one.
/// - It serves any `lastSyncCount` from `base` to its own count: no change after `base` is missing, removals included.
/// - Below `base` it serves none. A whole listing need not show records removed before, nor an earlier deletion.
///
/// Immutable: pages are rendered from it without a lock, and a pagination can continue in it after the dataset changed.
package final class DatasetSnapshot: Sendable {
    let version: DatasetVersion
    /// The least count other than 0 that it serves.
    let base: Int64
    /// Whether it has every record that a whole listing shows.
    let isWhole: Bool
    /// Whether a whole listing shows the tombstones too.
    let listsTombstones: Bool
    let records: RecordSet
    /// The JSON value of LastModifiedBy in the last response.
    let lastModifiedBy: [UInt8]?
    /// The x-amzn-RequestId of the response that last brought it up to date.
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

    /// Creates a snapshot from one response; nil if the response cannot be cached.
    ///
    /// A tombstone in a whole listing proves that the service lists them, whatever was configured.
    package convenience init?(_ seen: Observation, listsTombstones: Bool) {
        guard let (version, records) = seen.cacheable else { return nil }
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

    /// The bytes that it takes in memory.
    var cost: Int { records.cost + (lastModifiedBy?.count ?? 0) + (requestID?.utf8.count ?? 0) + 128 }

    /// Returns whether it has all that changed after `since`, 0 for all records.
    func serves(_ since: Int64) -> Bool {
        since == 0 ? isWhole : !isAbsent && base <= since && since <= syncCount
    }

    /// Returns the snapshot after a response that shows this version or a later one of the same dataset.
    ///
    /// The response connects if it leaves out no change after this snapshot's count. If it goes back further than this
    /// snapshot, the result does so too.
    ///
    /// - Returns: Nil if the response does not connect.
    func following(_ seen: Observation) -> DatasetSnapshot? {
        guard let (version, changes) = seen.cacheable, !isAbsent, !version.isAbsent, self.version <= version,
            changes.entries.allSatisfy({ seen.since < $0.syncCount && $0.syncCount <= version.syncCount })
        else { return nil }
        let fresh = DatasetSnapshot(seen, listsTombstones: listsTombstones)
        if seen.since == 0 {
            // A whole listing need not show the records removed meanwhile.
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

    /// Returns the snapshot after one write, from the records in its response; nil unless they show that it came next.
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

    /// Returns whether all of these records stand here with the same counts: then this snapshot has the change.
    func contains(_ change: RecordChange) -> Bool {
        guard change.syncCount <= syncCount, let merged = records.merging(change.records) else {
            return false
        }
        return merged.entries.count == records.entries.count
            && zip(merged.entries, records.entries).allSatisfy { $0.syncCount == $1.syncCount }
    }
}

import Synchronization

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
    /// The digest of a whole listing, once a page has needed it; 0 before.
    private let wholeDigest = Atomic<UInt64>(0)
    /// The sealed token of its pages, once one has needed it.
    private let sealedToken = Mutex<SealedToken?>(nil)

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

    /// The digest of a whole listing; nil before a page has needed it.
    var knownDigest: UInt64? {
        let digest = wholeDigest.load(ordering: .relaxed)
        return digest == 0 ? nil : digest
    }

    func recordDigest(_ digest: UInt64) { wholeDigest.store(digest, ordering: .relaxed) }

    /// Returns the session token that its pages carry until a second, from the first page that asked.
    ///
    /// To seal a token costs as much as to render a small page. `maker` is the object that seals by one key and one
    /// lifetime: the token of another one is not good.
    package func sealedToken(
        by maker: any AnyObject & Sendable,
        until renewal: Int64,
        seal: () -> String
    ) -> String {
        let known = sealedToken.withLock { $0 }
        if let known, known.renewal == renewal, known.maker === maker { return known.text }
        let token = SealedToken(text: seal(), renewal: renewal, maker: maker)
        sealedToken.withLock { $0 = token }
        return token.text
    }

    package var syncCount: Int64 { version.syncCount }
    package var isAbsent: Bool { version.isAbsent }

    /// The bytes that it takes in memory.
    var cost: Int {
        records.cost + (lastModifiedBy?.count ?? 0) + (requestID?.utf8.count ?? 0) + SealedToken.cost + 128
    }

    /// Returns whether it has all that changed after `since`, 0 for all records.
    func serves(_ since: Int64) -> Bool {
        since == 0 ? isWhole : !isAbsent && base <= since && since <= syncCount
    }

    /// Returns the snapshot after a response that shows this version or a later one of the same dataset.
    ///
    /// The response connects if it leaves out no change after this snapshot's count. If it goes back further than this
    /// snapshot, and `widens` is set, the result does so too.
    ///
    /// - Returns: Nil if the response does not connect.
    func following(_ seen: Observation, widens: Bool = true) -> DatasetSnapshot? {
        guard let (version, changes) = seen.cacheable, !isAbsent, !version.isAbsent, self.version <= version,
            changes.entries.allSatisfy({ seen.since < $0.syncCount && $0.syncCount <= version.syncCount })
        else { return nil }
        if seen.since == 0 {
            // A whole listing need not show the records removed meanwhile.
            if version > self.version { return DatasetSnapshot(seen, listsTombstones: listsTombstones) }
        } else if seen.since > syncCount {
            return nil
        }
        let isWider = seen.since == 0 ? !isWhole : seen.since < base
        if version == self.version, !(widens && isWider), hasAll(of: changes, since: seen.since) {
            return self
        }
        guard let merged = records.merging(changes) else { return nil }
        return DatasetSnapshot(
            version: version,
            base: seen.since == 0 ? base : min(base, seen.since),
            isWhole: isWhole || seen.since == 0,
            listsTombstones: listsTombstones || seen.since == 0 && changes.entries.contains { !$0.hasValue },
            records: merged,
            lastModifiedBy: seen.lastModifiedBy ?? lastModifiedBy,
            requestID: seen.requestID ?? requestID
        )
    }

    /// Returns whether a page of this snapshot would show each of these records as they are.
    ///
    /// A tombstone from before the base is on none of its pages.
    private func hasAll(of changes: RecordSet, since: Int64) -> Bool {
        records.forEachPair(with: changes) { mine, other in
            guard let other else { return true }
            guard let mine else { return other.syncCount <= base && !(isWhole && other.hasValue) }
            return records.hasSameBytes(mine, as: other, of: changes)
        }
    }

    /// Returns the snapshot after one write, from the records in its response; nil unless they show that it came next.
    ///
    /// It came next if its count does, and its records are newer than all that are here. A change of a dataset that was
    /// deleted may have the next count, but is older than its successor.
    func following(_ change: RecordChange) -> DatasetSnapshot? {
        guard !isAbsent, change.syncCount == syncCount &+ 1, !change.records.entries.isEmpty,
            change.records.entries.allSatisfy({ $0.syncCount == change.syncCount }),
            let newest = records.newestDate, let date = change.oldestDate, newest < date,
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

    /// Returns whether each record of a change stands here, the same by its count and its date.
    func holds(_ change: RecordChange) -> Bool {
        records.forEachPair(with: change.records) { mine, other in
            guard let other else { return true }
            return mine.map { isSame($0, as: other, of: change) } ?? false
        }
    }

    /// Returns whether a change is part of this snapshot: each of its records stands here, or a newer one of its key.
    ///
    /// A newer one has a later date too. Of a removal before the base nothing need be here.
    func contains(_ change: RecordChange) -> Bool {
        guard change.syncCount <= syncCount else { return false }
        return records.forEachPair(with: change.records) { mine, other in
            guard let other else { return true }
            guard let mine else { return isWhole && !other.hasValue && other.syncCount <= base }
            if mine.syncCount == other.syncCount { return isSame(mine, as: other, of: change) }
            guard mine.syncCount > other.syncCount, let date = records.date(of: mine),
                let otherDate = change.records.date(of: other)
            else { return false }
            return otherDate < date
        }
    }

    private func isSame(_ mine: RecordSet.Entry, as other: RecordSet.Entry, of change: RecordChange) -> Bool {
        mine.syncCount == other.syncCount
            && (records.hasSameBytes(mine, as: other, of: change.records)
                || records.hasSameDate(mine, as: other, of: change.records))
    }
}

/// A session token of the gateway's own, with what it is good for.
private struct SealedToken: Sendable {
    /// The bytes of one in memory.
    static let cost = 128

    let text: String
    /// The second from which its maker seals another one.
    let renewal: Int64
    let maker: any AnyObject & Sendable
}

package import CognitoSync

/// The inquiry that finds out the outcome of an UpdateRecords whose response was lost, by one read of the
/// changes.
///
/// An applied write gives all keys that it names one new count. So `ListRecords(lastSyncCount=K)` shows
/// whether it was applied, where K is the count of the dataset before the write. The write itself is never
/// sent again. A write that the service still works on looks like a lost one: "not applied" is true of the
/// moment of the read. The caller may send the write again: it cannot be applied twice, since each patch
/// names the count that it rests on.
package struct OutcomeInquiry: Sendable {
    /// The result of the read.
    package enum Verdict: Sendable, Equatable {
        /// All patched keys have the wanted values, under one newer count; the body of the response to the
        /// write.
        case applied(body: [UInt8])
        /// The dataset still stands at the count that it had before.
        case notApplied(at: Int64)
        /// Other callers wrote too, or the dataset was deleted, or there is more than one page.
        case unknown
    }

    /// The count of the dataset before the write, as far as it is known.
    let syncCount: Int64
    private let scope: DatasetScope
    private let patches: [RecordPatch]

    /// Returns nil for a write that changes nothing.
    ///
    /// `known` is the newest count of the dataset that was known before the write left. If it is nil, the
    /// greatest count that a patch rests on takes its place.
    package init?(_ update: UpdateRecords, known: Int64?) {
        patches = update.patches()
        guard let greatest = patches.map(\.syncCount).max() else { return nil }
        syncCount = max(0, known ?? greatest)
        scope = update.scope
    }

    /// The read that finds out the outcome.
    package var request: ListRecords {
        ListRecords(
            scope: scope,
            lastSyncCount: syncCount > 0 ? syncCount : nil,
            paging: Paging(maxResults: Self.mostRecords)
        )
    }

    /// The most records of a page, as all SDKs ask for.
    private static let mostRecords: Int64 = 1024

    /// Returns the verdict on the page of ``request``, which must have left after the write ended.
    package func verdict(on body: [UInt8]) -> Verdict {
        guard let page = try? RecordsPage.scan(body), !page.deletedAfterRequestedSyncCount else {
            return .unknown
        }
        if page.datasetSyncCount == syncCount, page.datasetExists || syncCount == 0 {
            return .notApplied(at: syncCount)
        }
        guard page.datasetExists, page.datasetSyncCount > syncCount, page.nextToken == nil else {
            return .unknown
        }
        let records = RecordsByKey(page.records, in: body)
        var counts: Set<Int64> = []
        for patch in patches {
            guard let record = records[patch.key], record.matches(patch, in: body) else { return .unknown }
            counts.insert(record.syncCount)
        }
        guard let count = counts.first, counts.count == 1, count > syncCount else { return .unknown }
        return .applied(body: Self.responseBody(page.records.filter { $0.syncCount == count }, in: body))
    }

    /// Returns the body of a response to the write, with the records as received.
    ///
    /// It includes the records that a Lambda of the pool added to the write.
    private static func responseBody(_ records: [RecordRange], in page: [UInt8]) -> [UInt8] {
        var body = [UInt8](#"{"Records":["#.utf8)
        for (index, record) in records.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: page[record.range])
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }
}

/// The records of a page by the bytes of their keys, without escapes.
private struct RecordsByKey {
    private var records: [[UInt8]: RecordRange] = [:]

    init(_ ranges: [RecordRange], in body: [UInt8]) {
        for record in ranges { records[[UInt8](record.key.unescaped(in: body))] = record }
    }

    subscript(key: String) -> RecordRange? { records[[UInt8](key.utf8)] }
}

extension RecordRange {
    /// Returns whether the record is as the patch wanted it.
    fileprivate func matches(_ patch: RecordPatch, in body: [UInt8]) -> Bool {
        let wanted = patch.operation == .remove ? nil : patch.value
        switch (value(in: body), wanted) {
        case (nil, nil): return !hasValue && mayBeRemoval(by: patch, in: body)
        case (let value?, let wanted?): return value.unescaped(in: body).elementsEqual(wanted.utf8)
        case (nil, _?), (_?, nil): return false
        }
    }

    /// Returns whether the record may be the tombstone of this patch.
    ///
    /// All removals of a key look the same except for the time of the device. Without it the removal by
    /// another caller would count as this one. Times are compared to the second, in case the service stores
    /// no more.
    private func mayBeRemoval(by patch: RecordPatch, in body: [UInt8]) -> Bool {
        guard let wanted = patch.deviceLastModifiedDate.flatMap({ Double($0) }),
            let found = deviceLastModifiedDate(in: body)
        else { return true }
        return abs(wanted - found) < 1
    }
}

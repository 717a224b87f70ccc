package import CognitoSync

/// Finds out what came of an UpdateRecords whose answer never arrived, by one read of what changed since.
///
/// A write that is applied gives all keys that it names one new count; so whether it was applied can be seen in
/// `ListRecords(lastSyncCount=K)`, where K is the count that the dataset had before. The write itself is never sent
/// again. A write that the service is still working on looks as one that it has lost: that it "has not been applied"
/// is true of the moment of the read. Sent again by its caller it cannot be applied twice, since each patch names
/// the count that it rests on.
package struct OutcomeInquiry: Sendable {
    /// What the read shows.
    package enum Verdict: Sendable, Equatable {
        /// All patched keys stand there as the write wanted them, under one newer count: what UpdateRecords answers.
        case applied(body: [UInt8])
        /// The dataset still stands at the count that it had before.
        case notApplied(at: Int64)
        /// Others wrote too, or the dataset was deleted, or there is more than one page.
        case unknown
    }

    /// The count that the dataset had before the write, as far as it is known.
    let syncCount: Int64
    private let scope: DatasetScope
    private let patches: [RecordPatch]

    /// Nil for a write that changes nothing.
    ///
    /// `known` is the dataset's newest count that was known before the write left; where none was, the greatest that
    /// a patch rests on takes its place.
    package init?(_ update: UpdateRecords, known: Int64?) {
        patches = update.patches()
        guard let greatest = patches.map(\.syncCount).max() else { return nil }
        syncCount = max(0, known ?? greatest)
        scope = update.scope
    }

    /// What to ask the service.
    package var question: ListRecords {
        ListRecords(
            scope: scope,
            lastSyncCount: syncCount > 0 ? syncCount : nil,
            paging: Paging(maxResults: Self.mostRecords)
        )
    }

    /// The most that a client may ask for: what all SDKs do.
    private static let mostRecords: Int64 = 1024

    /// What a page that answers the question proves; it must have left after the write's end was known.
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
            guard let record = records[patch.key], record.holds(patch, in: body) else { return .unknown }
            counts.insert(record.syncCount)
        }
        guard let count = counts.first, counts.count == 1, count > syncCount else { return .unknown }
        return .applied(body: Self.answer(page.records.filter { $0.syncCount == count }, in: body))
    }

    /// The records as they were received, those too that a Lambda of the pool's added to the write.
    private static func answer(_ records: [RecordRange], in body: [UInt8]) -> [UInt8] {
        var answer = [UInt8](#"{"Records":["#.utf8)
        for (index, record) in records.enumerated() {
            if index > 0 { answer.append(UInt8(ascii: ",")) }
            answer.append(contentsOf: body[record.range])
        }
        answer.append(contentsOf: "]}".utf8)
        return answer
    }
}

/// A page's records by what their keys say: compared by bytes, escapes undone.
private struct RecordsByKey {
    private var records: [[UInt8]: RecordRange] = [:]

    init(_ ranges: [RecordRange], in body: [UInt8]) {
        for record in ranges { records[[UInt8](record.key.unescaped(in: body))] = record }
    }

    subscript(key: String) -> RecordRange? { records[[UInt8](key.utf8)] }
}

extension RecordRange {
    /// Whether the record is as the patch wanted it.
    fileprivate func holds(_ patch: RecordPatch, in body: [UInt8]) -> Bool {
        let wanted = patch.operation == .remove ? nil : patch.value
        switch (value(in: body), wanted) {
        case (nil, nil): return !hasValue && mayBeOf(patch, in: body)
        case (let value?, let wanted?): return value.unescaped(in: body).elementsEqual(wanted.utf8)
        case (nil, _?), (_?, nil): return false
        }
    }

    /// All removals look the same but for the time that the device gave.
    ///
    /// Without this somebody else's of the same key would pass for ours. To the second, in case the service keeps no
    /// more.
    private func mayBeOf(_ patch: RecordPatch, in body: [UInt8]) -> Bool {
        guard let wanted = patch.deviceLastModifiedDate.flatMap({ Double($0) }),
            let told = deviceLastModifiedDate(in: body)
        else { return true }
        return abs(wanted - told) < 1
    }
}

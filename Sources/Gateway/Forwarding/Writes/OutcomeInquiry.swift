package import CognitoSync
package import Policy

/// The inquiry that finds out the outcome of an UpdateRecords whose response was lost, by one read of the
/// changes.
///
/// An applied write gives all keys that it names one count, and the time of the service. So a read of what changed
/// after K-1 shows whether it was applied, where K is the count of the dataset before the write. It starts below K,
/// since a dataset that was remade meanwhile may be at K again. The write itself is never
/// sent again. A write that the service still works on looks like a lost one: "not applied" is true of the
/// moment of the read. The caller may send the write again: it cannot be applied twice, since each patch
/// names the count that it rests on.
package struct OutcomeInquiry: Sendable {
    /// The result of the read.
    package enum Verdict: Sendable, Equatable {
        /// All patched keys have the wanted values, under one count, from the time of the write; the body of the
        /// response to the write.
        case applied(body: [UInt8])
        /// The dataset still stands at the count that it had before, and is the same.
        case notApplied(at: Int64)
        /// Other callers wrote too, or the dataset was deleted, or there is more than one page.
        case unknown
    }

    /// The milliseconds by which clocks of the service may differ among each other.
    private static let tolerance: Int64 = 1000

    /// The count of the dataset before the write.
    let syncCount: Int64
    private let patches: [RecordPatch]
    /// The time of the service when the write was sent, in milliseconds since 1970.
    let sentAt: Int64

    /// Returns nil for a write that changes nothing, or where the count before it is not known: then no read
    /// could tell the write from another of the same values.
    ///
    /// - Parameter known: The count of the dataset that was known before the write left.
    package init?(_ update: UpdateRecords, known: Int64?, sentAt: Int64) {
        patches = update.patches()
        guard !patches.isEmpty, let known else { return nil }
        syncCount = known
        self.sentAt = sentAt
    }

    /// Returns the verdict on the page of a read that left after the write ended.
    ///
    /// `incarnation` is what the page shows of the dataset that had the count before: at that count or below it, only a
    /// write to another one can be this write. `seenAt` is the time of the service when the page came, in milliseconds
    /// since 1970.
    package func verdict(on body: [UInt8], incarnation: IncarnationFinding, seenAt: Int64) -> Verdict {
        guard let page = try? RecordsPage.scan(body), page.datasetExists, page.nextToken == nil else {
            return .unknown
        }
        if let count = appliedCount(on: page, in: body, seenAt: seenAt),
            count > syncCount || incarnation == .contradicts
        {
            let changed = page.records.filter { $0.syncCount == count }
            return .applied(body: Self.responseBody(changed, in: body))
        }
        let isUnchanged = incarnation == .proves && page.datasetSyncCount == syncCount
        return isUnchanged ? .notApplied(at: syncCount) : .unknown
    }

    /// Returns the count under which all patched keys are as the write wanted them, since it was sent.
    private func appliedCount(on page: RecordsPage, in body: [UInt8], seenAt: Int64) -> Int64? {
        let records = RecordsByKey(page.records, in: body)
        let times = (sentAt &- Self.tolerance)...(max(seenAt, sentAt) &+ Self.tolerance)
        var counts: Set<Int64> = []
        for patch in patches {
            guard let record = records[patch.key], record.matches(patch, in: body),
                let date = record.lastModifiedDate(in: body),
                let moment = Int64(exactly: (date * 1000).rounded()), times.contains(moment)
            else { return nil }
            counts.insert(record.syncCount)
        }
        return counts.count == 1 ? counts.first : nil
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
    /// Returns whether the record has the value that the patch wanted, or none.
    fileprivate func matches(_ patch: RecordPatch, in body: [UInt8]) -> Bool {
        let wanted = patch.operation == .remove ? nil : patch.value
        switch (value(in: body), wanted) {
        case (nil, nil): return !hasValue
        case (let value?, let wanted?): return value.unescaped(in: body).elementsEqual(wanted.utf8)
        case (nil, _?), (_?, nil): return false
        }
    }
}

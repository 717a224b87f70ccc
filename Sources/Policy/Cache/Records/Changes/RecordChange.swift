package import CognitoSync

/// The records that one write changed, all under one new sync count, as its response or a stream shows them.
package struct RecordChange: Sendable {
    /// The highest count of its records: that of the dataset, unless another write followed.
    package let syncCount: Int64
    let records: RecordSet
    /// The JSON value of the writer; nil where the source does not show it.
    let lastModifiedBy: [UInt8]?
    let requestID: String?
    /// The least LastModifiedDate of its records, in seconds since 1970; nil if one has none.
    let oldestDate: Double?

    /// Creates a change; nil for one of nothing, or of one key twice.
    package init?(_ records: [RecordRange], of body: [UInt8], requestID: String? = nil) {
        guard let newest = records.lazy.map(\.syncCount).max(), let cached = RecordSet(records, of: body)
        else {
            return nil
        }
        syncCount = newest
        self.records = cached
        oldestDate = Self.oldestDate(of: records, in: body)
        self.requestID = requestID
        lastModifiedBy = records.first?.lastModifiedBy(in: body)
    }

    /// Returns the least date; nil if a record has none.
    private static func oldestDate(of records: [RecordRange], in body: [UInt8]) -> Double? {
        var oldest = Double.infinity
        for record in records {
            guard let date = record.lastModifiedDate(in: body) else { return nil }
            oldest = min(oldest, date)
        }
        return oldest
    }
}

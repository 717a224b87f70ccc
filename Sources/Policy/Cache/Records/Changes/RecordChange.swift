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
        let dates = cached.entries.map { cached.date(of: $0) }
        oldestDate = dates.contains(nil) ? nil : dates.compactMap(\.self).min()
        self.requestID = requestID
        lastModifiedBy = records.first.flatMap { Self.member("LastModifiedBy", of: body[$0.range]) }
    }

    /// Returns the JSON value of a member of a record; nil if it has none.
    static func member(_ member: String, of record: ArraySlice<UInt8>) -> [UInt8]? {
        let record = Array(record)
        var reader = JSONReader(record, from: .upstream)
        var value: [UInt8]?
        try? reader.object { (reader, name) throws(JSONError) in
            let range = try reader.skip()
            if name.text(in: record) == member { value = Array(record[range]) }
        }
        return value
    }
}

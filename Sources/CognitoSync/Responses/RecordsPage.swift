/// The facts that the cache needs of a ListRecords response, and the positions of its parts.
///
/// Members may come in any order. Unknown members are skipped, and an explicit null counts as an absent
/// member.
package struct RecordsPage: Hashable, Sendable {
    package let datasetSyncCount: Int64
    package let datasetExists: Bool
    package let deletedAfterRequestedSyncCount: Bool
    /// Whether MergedDatasetNames has at least one name.
    package let hasMerges: Bool
    /// The range of the string literal with its quotation marks; nil if absent, null or empty.
    package let nextToken: Range<Int>?
    /// The range of the string literal with its quotation marks; nil if absent, null or empty.
    package let sessionToken: Range<Int>?
    package let records: [RecordRange]
    /// Whether there is a member that the model does not have, so that its meaning is unknown.
    package let hasUnknownMembers: Bool
    /// The range of the value of LastModifiedBy, of any type, even an explicit null; nil if absent.
    package let lastModifiedBy: Range<Int>?

    /// Scans a whole body strictly and checks all that the cache relies on.
    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, from: .upstream)
        var syncCount: Int64?
        var exists: Bool?
        var deleted = false
        var hasMerges = false
        var nextToken: Range<Int>?
        var sessionToken: Range<Int>?
        var records: [RecordRange] = []
        var hasUnknownMembers = false
        var lastModifiedBy: Range<Int>?
        try reader.object { (reader, name) throws(JSONError) in
            let part = Part(name, in: body)
            let isNull = try reader.kind() == .null
            let start = reader.position
            switch isNull ? nil : part {
            case .datasetSyncCount: syncCount = try reader.count()
            case .datasetExists: exists = try reader.boolean()
            case .datasetDeletedAfterRequestedSyncCount: deleted = try reader.boolean()
            case .mergedDatasetNames:
                try reader.array { (reader, _) throws(JSONError) in
                    _ = try reader.string()
                    hasMerges = true
                }
            case .nextToken: nextToken = try reader.token()
            case .syncSessionToken: sessionToken = try reader.token()
            case .records: records = try reader.records()
            case .count, .lastModifiedBy, nil: try reader.skip()
            }
            if part == nil { hasUnknownMembers = true }
            if part == .lastModifiedBy { lastModifiedBy = start..<reader.position }
        }
        try reader.finish()
        guard let syncCount else { throw reader.error(.missingMember("DatasetSyncCount")) }
        guard let exists else { throw reader.error(.missingMember("DatasetExists")) }
        return Self(
            datasetSyncCount: syncCount,
            datasetExists: exists,
            deletedAfterRequestedSyncCount: deleted,
            hasMerges: hasMerges,
            nextToken: nextToken,
            sessionToken: sessionToken,
            records: records,
            hasUnknownMembers: hasUnknownMembers,
            lastModifiedBy: lastModifiedBy
        )
    }
}

extension JSONReader {
    /// Reads a token; returns nil for an empty one.
    fileprivate mutating func token() throws(JSONError) -> Range<Int>? {
        let string = try string()
        return string.content.isEmpty ? nil : string.literal
    }
}

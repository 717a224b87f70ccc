/// A record as it lies in an answer.
package struct RecordRange: Hashable, Sendable {
    /// The object's bytes.
    package let range: Range<Int>
    package let key: JSONString
    package let syncCount: Int64
    /// Without one it is a tombstone: the key was removed at that count.
    package let hasValue: Bool
}

/// What a cache has to know of an answer to ListRecords: facts, and where the parts lie.
///
/// Members may come in any order, unknown ones are passed over, and an explicit null is an absent member.
package struct RecordsPage: Hashable, Sendable {
    package let datasetSyncCount: Int64
    package let datasetExists: Bool
    package let deletedAfterRequestedSyncCount: Bool
    /// MergedDatasetNames has at least one name.
    package let hasMerges: Bool
    /// The string literal, quotation marks included; nil if absent, null or empty.
    package let nextToken: Range<Int>?
    /// The string literal, quotation marks included; nil if absent, null or empty.
    package let sessionToken: Range<Int>?
    package let records: [RecordRange]
    /// There is a member that the model does not have, whose meaning nobody here knows.
    package let hasUnknownMembers: Bool
    /// The bytes of LastModifiedBy's value, whatever it is, an explicit null too; nil if absent.
    package let lastModifiedBy: Range<Int>?

    /// Scans a whole body, strictly, and checks what a cache relies on.
    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, surrogates: .any)
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

/// What an answer to UpdateRecords tells: the records that it changed.
package struct UpdateRecordsResponse: Hashable, Sendable {
    package let records: [RecordRange]
    /// The highest count of them: the dataset's, unless somebody else wrote since.
    package let newestSyncCount: Int64?

    package static func scan(_ body: [UInt8]) throws(JSONError) -> Self {
        var reader = JSONReader(body, surrogates: .any)
        var records: [RecordRange] = []
        try reader.object { (reader, name) throws(JSONError) in
            if name.equals("Records", in: body), try !reader.null() {
                records = try reader.records()
            } else if !name.equals("Records", in: body) {
                try reader.skip()
            }
        }
        try reader.finish()
        return Self(records: records, newestSyncCount: records.lazy.map(\.syncCount).max())
    }
}

extension JSONReader {
    /// A sync count: a whole number from 0 on.
    fileprivate mutating func count() throws(JSONError) -> Int64 {
        let value = try integer()
        guard value >= 0 else { throw error(.negativeCount) }
        return value
    }

    fileprivate mutating func token() throws(JSONError) -> Range<Int>? {
        let string = try string()
        return string.content.isEmpty ? nil : string.literal
    }

    fileprivate mutating func records() throws(JSONError) -> [RecordRange] {
        var records: [RecordRange] = []
        // Most pages have few: one allocation instead of one each time they double.
        records.reserveCapacity(8)
        try array { (reader, _) throws(JSONError) in
            try reader.require(.object)
            let start = reader.position
            var key: JSONString?
            var count: Int64?
            var hasValue = false
            try reader.object { (reader, name) throws(JSONError) in
                if name.equals("Key", in: reader.bytes) {
                    key = try reader.string()
                } else if name.equals("SyncCount", in: reader.bytes) {
                    count = try reader.count()
                } else {
                    let isValue = name.equals("Value", in: reader.bytes)
                    if isValue { hasValue = try reader.kind() != .null }
                    try reader.skip()
                }
            }
            guard let key else { throw reader.error(.missingMember("Key")) }
            guard let count else { throw reader.error(.missingMember("SyncCount")) }
            records.append(
                RecordRange(range: start..<reader.position, key: key, syncCount: count, hasValue: hasValue)
            )
        }
        return records
    }
}

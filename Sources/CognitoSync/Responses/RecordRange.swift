/// The position of a record in a response, with the facts that the cache needs.
package struct RecordRange: Hashable, Sendable {
    /// The range of the object.
    package let range: Range<Int>
    package let key: JSONString
    package let syncCount: Int64
    /// Whether the record has a value; without one it is a tombstone, removed at `syncCount`.
    package let hasValue: Bool
    /// The time at which the service last changed the record, in seconds since 1970.
    let lastModified: JSONNumber?
}

extension JSONReader {
    /// Reads a sync count: a whole number from 0 on.
    mutating func count() throws(JSONError) -> Int64 {
        let value = try integer()
        guard value >= 0 else { throw error(.negativeCount) }
        return value
    }

    /// Reads an array of records; each needs a key and a count.
    mutating func records() throws(JSONError) -> [RecordRange] {
        var records: [RecordRange] = []
        // Most pages have few records: one allocation instead of one for each doubling.
        records.reserveCapacity(8)
        try array { (reader, _) throws(JSONError) in
            try reader.require(.object)
            let start = reader.position
            var key: JSONString?
            var count: Int64?
            var hasValue = false
            var lastModified: JSONNumber?
            try reader.object { (reader, name) throws(JSONError) in
                if name.equals("Key", in: reader.bytes) {
                    key = try reader.string()
                } else if name.equals("SyncCount", in: reader.bytes) {
                    count = try reader.count()
                } else if name.equals("LastModifiedDate", in: reader.bytes), try reader.kind() == .number {
                    lastModified = try reader.number()
                } else {
                    let isValue = name.equals("Value", in: reader.bytes)
                    if isValue { hasValue = try reader.kind() != .null }
                    try reader.skip()
                }
            }
            guard let key else { throw reader.error(.missingMember("Key")) }
            guard let count else { throw reader.error(.missingMember("SyncCount")) }
            records.append(
                RecordRange(
                    range: start..<reader.position,
                    key: key,
                    syncCount: count,
                    hasValue: hasValue,
                    lastModified: lastModified
                )
            )
        }
        return records
    }
}

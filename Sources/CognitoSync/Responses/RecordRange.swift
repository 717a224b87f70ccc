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
        try array { (reader, index) throws(JSONError) in
            records.append(try reader.record())
            // The records of a page are about as long as its first one.
            if index == 7 { records.reserveCapacity(reader.expected(like: records)) }
        }
        return records
    }

    /// Returns the number of records to expect in the rest of the body, at most 1024: those of a page of the SDKs.
    private func expected(like records: [RecordRange]) -> Int {
        guard let first = records.first, let last = records.last else { return 0 }
        let length = max(1, (last.range.upperBound - first.range.lowerBound) / records.count)
        return records.count + min(1024, (end - position) / length)
    }

    private mutating func record() throws(JSONError) -> RecordRange {
        try require(.object)
        let start = position
        var key: JSONString?
        var count: Int64?
        var hasValue = false
        var lastModified: JSONNumber?
        try object { (reader, name) throws(JSONError) in
            switch RecordMember.named(name, in: reader.bytes) {
            case .key: key = try reader.string()
            case .syncCount: count = try reader.count()
            case .lastModifiedDate where reader.comesNumber(): lastModified = try reader.number()
            case .value:
                hasValue = try !reader.isNull()
                try reader.skip()
            case .lastModifiedDate, nil: try reader.skip()
            }
        }
        guard let key else { throw error(.missingMember("Key")) }
        guard let count else { throw error(.missingMember("SyncCount")) }
        return RecordRange(
            range: start..<position,
            key: key,
            syncCount: count,
            hasValue: hasValue,
            lastModified: lastModified
        )
    }
}

/// The members of a record that the cache needs.
private enum RecordMember {
    case key
    case lastModifiedDate
    case syncCount
    case value

    @inline(__always)
    static func named(_ name: JSONString, in bytes: [UInt8]) -> Self? {
        if JSONName("Key").matches(name, in: bytes) { return .key }
        if JSONName("Value").matches(name, in: bytes) { return .value }
        if JSONName("SyncCount").matches(name, in: bytes) { return .syncCount }
        return JSONName("LastModifiedDate").matches(name, in: bytes) ? .lastModifiedDate : nil
    }
}

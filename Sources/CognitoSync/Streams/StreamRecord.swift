/// A record of an event: its count and the positions of its parts.
struct StreamRecord {
    let syncCount: Int64
    /// The range of the key, a literal that stays as received.
    private let key: Range<Int>
    /// The range of the value, a literal that stays as received; nil for a removed record.
    private let value: Range<Int>?
    /// The date in seconds, as text.
    private let lastModified: [UInt8]?
    /// The date of the writing device in seconds, as text.
    private let deviceLastModified: [UInt8]?

    /// Reads a record; returns nil if it has another form than the developer guide shows.
    ///
    /// A null counts as absent. No other form may get into the cache.
    static func read(_ reader: inout JSONReader) throws(JSONError) -> Self? {
        guard try reader.kind() == .object else {
            try reader.skip()
            return nil
        }
        let bytes = reader.bytes
        var (key, value): (JSONString?, JSONString?)
        var (lastModified, deviceLastModified): ([UInt8]?, [UInt8]?)
        var syncCount: Int64?
        var operation: String?
        var isOdd = false
        try reader.object { (reader, name) throws(JSONError) in
            switch (name.text(in: bytes), try reader.kind()) {
            case ("key", .string): key = try reader.string()
            case ("value", .string): value = try reader.string()
            case ("syncCount", .number): syncCount = try reader.syncCount()
            case ("op", .string): operation = try reader.string().text(in: bytes)
            case ("lastModifiedDate", .number):
                lastModified = seconds(bytes[try reader.number().range])
                if lastModified == nil { isOdd = true }
            case ("deviceLastModifiedDate", .number):
                deviceLastModified = seconds(bytes[try reader.number().range])
                if deviceLastModified == nil { isOdd = true }
            case ("value", let kind), ("lastModifiedDate", let kind), ("deviceLastModifiedDate", let kind):
                if kind != .null { isOdd = true }
                try reader.skip()
            default: try reader.skip()
            }
        }
        guard let key, TextConstraint.recordKey.lengths.contains(key.scalars), let syncCount, !isOdd else {
            return nil
        }
        switch operation {
        case "remove": value = nil
        // The form of a replacement without a value in a page is not known.
        case "replace" where value != nil: break
        default: return nil
        }
        return Self(
            syncCount: syncCount,
            key: key.literal,
            value: value?.literal,
            lastModified: lastModified,
            deviceLastModified: deviceLastModified
        )
    }

    /// Returns whole milliseconds as seconds, digit for digit, or nil for a number of another form.
    ///
    /// `1424801824343` becomes `1424801824.343`. The text is shifted, since a binary fraction would not be
    /// exact.
    static func seconds(_ milliseconds: ArraySlice<UInt8>) -> [UInt8]? {
        let isNegative = milliseconds.first == UInt8(ascii: "-")
        let digits = milliseconds.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        let zero = UInt8(ascii: "0")
        let padded = [UInt8](repeating: zero, count: max(0, 4 - digits.count)) + digits
        var fraction = padded.suffix(3)
        while fraction.last == zero { fraction.removeLast() }
        let point: [UInt8] = fraction.isEmpty ? [] : [UInt8(ascii: ".")]
        return (isNegative ? [UInt8(ascii: "-")] : []) + padded.dropLast(3) + point + fraction
    }
}

extension StreamRecord {
    /// Returns a body like that of an UpdateRecords response.
    ///
    /// Members are sorted by name, as in the published samples.
    static func body(of records: [Self], in bytes: [UInt8]) -> [UInt8] {
        var body = Array(#"{"Records":["#.utf8)
        body.reserveCapacity(records.reduce(16) { $0 + $1.key.count + ($1.value?.count ?? 0) + 160 })
        for record in records {
            if body.last == UInt8(ascii: "}") { body.append(UInt8(ascii: ",")) }
            body.append(UInt8(ascii: "{"))
            if let date = record.deviceLastModified {
                body.append(contentsOf: #""DeviceLastModifiedDate":"#.utf8)
                body.append(contentsOf: date)
                body.append(UInt8(ascii: ","))
            }
            body.append(contentsOf: #""Key":"#.utf8)
            body.append(contentsOf: bytes[record.key])
            if let date = record.lastModified {
                body.append(contentsOf: #","LastModifiedDate":"#.utf8)
                body.append(contentsOf: date)
            }
            body.append(contentsOf: #","SyncCount":\#(record.syncCount)"#.utf8)
            if let value = record.value {
                body.append(contentsOf: #","Value":"#.utf8)
                body.append(contentsOf: bytes[value])
            }
            body.append(UInt8(ascii: "}"))
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }
}

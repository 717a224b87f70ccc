extension RecordRange {
    /// Returns the value in the body in which the record was found, or nil for a tombstone.
    package func value(in body: [UInt8]) -> JSONString? {
        guard hasValue else { return nil }
        return Self.member("Value", .string, of: range, in: body) { (reader) throws(JSONError) in
            try reader.string()
        }
    }

    /// Returns the time at which the service last changed the record, in seconds since 1970, or nil if it does not say.
    package func lastModifiedDate(in body: [UInt8]) -> Double? { lastModified?.double(in: body) }

    /// Returns the JSON value of the writer; nil if the record does not say.
    package func lastModifiedBy(in body: [UInt8]) -> [UInt8]? {
        var reader = JSONReader(body, within: range, from: .upstream)
        var value: Range<Int>?
        try? reader.object { (reader, name) throws(JSONError) in
            let found = try reader.skip()
            if name.equals("LastModifiedBy", in: body) { value = found }
        }
        return value.map { Array(body[$0]) }
    }

    /// Returns the time of the record in a range of a body.
    package static func lastModifiedDate(of record: Range<Int>, in body: [UInt8]) -> Double? {
        let number = member("LastModifiedDate", .number, of: record, in: body) { (reader) throws(JSONError) in
            try reader.number()
        }
        return number?.double(in: body)
    }

    private static func member<Found>(
        _ wanted: String,
        _ kind: JSONKind,
        of record: Range<Int>,
        in body: [UInt8],
        _ read: (inout JSONReader) throws(JSONError) -> Found
    ) -> Found? {
        var reader = JSONReader(body, within: record, from: .upstream)
        var found: Found?
        try? reader.object { (reader, name) throws(JSONError) in
            if name.equals(wanted, in: body), try reader.kind() == kind {
                found = try read(&reader)
            } else {
                try reader.skip()
            }
        }
        return found
    }
}

extension RecordsPage {
    /// Returns the text of the session token, if there is one; `body` is the one that was scanned.
    package func sessionTokenText(in body: [UInt8]) -> String? {
        sessionToken.map { literal in
            let content = (literal.lowerBound + 1)..<(literal.upperBound - 1)
            return String(decoding: [UInt8](JSONUnescaped(body, content)), as: UTF8.self)
        }
    }
}

extension RecordRange {
    /// Where the value lies in the body that the record was found in; nil for a tombstone.
    package func value(in body: [UInt8]) -> JSONString? {
        guard hasValue else { return nil }
        var reader = JSONReader(body, within: range, surrogates: .any)
        var value: JSONString?
        try? reader.object { (reader, name) throws(JSONError) in
            if name.says("Value", in: body), try reader.kind() == .string {
                value = try reader.string()
            } else {
                try reader.skip()
            }
        }
        return value
    }
}

extension RecordsPage {
    /// What the page's session token says; `body` is the one that was scanned.
    package func sessionTokenText(in body: [UInt8]) -> String? {
        sessionToken.map { literal in
            let content = (literal.lowerBound + 1)..<(literal.upperBound - 1)
            return String(decoding: [UInt8](JSONUnescaped(body, content)), as: UTF8.self)
        }
    }
}

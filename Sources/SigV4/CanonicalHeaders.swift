import HTTPTypes

/// The header fields that are signed, in the order of the canonical request.
struct CanonicalHeaders {
    /// The fields with lower-case names, sorted by name; a name may occur more than once.
    private(set) var fields: [(name: String, value: String)] = []

    /// Selects the host and every field that no hop between here and AWS may change.
    init(signing head: HTTPRequest) {
        fields.reserveCapacity(head.headerFields.count + 1)
        if let authority = head.authority { insert("host", authority) }
        for field in head.headerFields where !Self.isUnsigned(field.name.canonicalName) {
            insert(field.name.canonicalName, field.value)
        }
    }

    /// Selects the fields that a received request lists as signed; nil if it lacks one of them.
    init?(received head: HTTPRequest, names: [String]) {
        for name in names {
            if name == "host", let authority = head.authority {
                insert(name, authority)
                continue
            }
            guard let fieldName = HTTPField.Name(name) else { return nil }
            let values = head.headerFields[values: fieldName]
            guard !values.isEmpty else { return nil }
            for value in values { insert(name, value) }
        }
    }

    /// Inserts a field in the order of the names, after the fields of the same name.
    private mutating func insert(_ name: String, _ value: String) {
        var index = fields.endIndex
        while index > 0, name < fields[index - 1].name { index -= 1 }
        fields.insert((name, value), at: index)
    }

    /// Returns whether the field is left out: a proxy or transport may change it, or it is the signature
    /// itself.
    ///
    /// The host comes from the authority, so a field of that name is ignored.
    private static func isUnsigned(_ name: String) -> Bool {
        switch name {
        case "authorization", "connection", "expect", "host", "transfer-encoding", "user-agent",
            "x-amzn-trace-id":
            true
        default: false
        }
    }

    /// The maximum length of the lines.
    var byteCount: Int { fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 } }

    /// Appends `name:value` lines; the trimmed values of one name are joined by commas.
    func appendLines(to output: inout [UInt8]) {
        for index in fields.indices {
            if isRepeated(index) {
                output[output.count - 1] = UInt8(ascii: ",")
            } else {
                output.append(contentsOf: fields[index].name.utf8)
                output.append(UInt8(ascii: ":"))
            }
            Self.append(fields[index].value, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends the names in the form `host;x-amz-date`, each name once.
    func appendNames(to output: inout [UInt8]) {
        for index in fields.indices where !isRepeated(index) {
            if index > 0 { output.append(UInt8(ascii: ";")) }
            output.append(contentsOf: fields[index].name.utf8)
        }
    }

    private func isRepeated(_ index: Int) -> Bool {
        index > 0 && fields[index].name == fields[index - 1].name
    }

    /// Appends a value without space at its ends, and with one space for each run of space inside.
    private static func append(_ value: String, to output: inout [UInt8]) {
        guard !isPlain(value) else {
            output.append(contentsOf: value.utf8)
            return
        }
        var gap = false
        let start = output.count
        for byte in value.utf8 {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: gap = true
            default:
                if gap, output.count > start { output.append(0x20) }
                gap = false
                output.append(byte)
            }
        }
    }

    /// Returns whether the value is canonical already, as nearly every value is.
    private static func isPlain(_ value: String) -> Bool {
        let bytes = value.utf8.span
        // The compiler vectorizes a loop without an early exit, which pays for a long token.
        var least = UInt8.max
        for index in bytes.indices { least = min(least, bytes[index]) }
        guard least <= 0x20 else { return true }
        var previous: UInt8 = 0x20
        for index in bytes.indices {
            let byte = bytes[index]
            if byte <= 0x20, byte != 0x20 || previous == 0x20 { return false }
            previous = byte
        }
        return previous != 0x20 || bytes.isEmpty
    }
}

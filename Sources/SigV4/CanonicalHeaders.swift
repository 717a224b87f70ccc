import HTTPTypes

/// The header fields that are signed, in the order in which they are.
struct CanonicalHeaders {
    /// A field with its lower-case name; a name may come more than once.
    private(set) var fields: [(name: String, value: String)] = []

    /// Every field of the request that no hop on the way may change, and the host.
    init(signing head: HTTPRequest) {
        fields.reserveCapacity(head.headerFields.count + 1)
        if let authority = head.authority { insert("host", authority) }
        for field in head.headerFields where !Self.isUnsigned(field.name.canonicalName) {
            insert(field.name.canonicalName, field.value)
        }
    }

    /// The fields that a received request says are signed; nil where it lacks one of them.
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

    /// Keeps the fields sorted by name, and those of one name in the order in which they came.
    private mutating func insert(_ name: String, _ value: String) {
        var index = fields.endIndex
        while index > 0, name < fields[index - 1].name { index -= 1 }
        fields.insert((name, value), at: index)
    }

    /// What proxies and transports may add, drop or change, and the signature itself.
    ///
    /// The host is taken from the authority, so a field of that name is not looked at.
    private static func isUnsigned(_ name: String) -> Bool {
        switch name {
        case "authorization", "connection", "expect", "host", "transfer-encoding", "user-agent",
            "x-amzn-trace-id":
            true
        default: false
        }
    }

    /// How long the lines are at most.
    var byteCount: Int { fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 } }

    /// `name:value` lines; the values of one name joined by commas, each trimmed.
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

    /// `host;x-amz-date`: each name once.
    func appendNames(to output: inout [UInt8]) {
        for index in fields.indices where !isRepeated(index) {
            if index > 0 { output.append(UInt8(ascii: ";")) }
            output.append(contentsOf: fields[index].name.utf8)
        }
    }

    private func isRepeated(_ index: Int) -> Bool {
        index > 0 && fields[index].name == fields[index - 1].name
    }

    /// A value without space at its ends, and with one space for each run of space inside.
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

    /// Whether the value is canonical already, as nearly every one is.
    private static func isPlain(_ value: String) -> Bool {
        let bytes = value.utf8.span
        // With no way out of the loop, many bytes of a long token are compared at once.
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

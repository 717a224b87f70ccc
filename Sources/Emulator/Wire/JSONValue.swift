import Messages

/// A JSON document with its members in the given order.
///
/// Dates, nulls and strings must be byte for byte those of the service, whose encoder is Jackson in Java. So
/// the encoder is our own: short escapes, other control characters as `\u00XX`, everything else as
/// UTF-8.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case date(Timestamp)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    static func string(_ text: String?) -> Self { text.map { .string($0) } ?? .null }
    static func date(_ time: Timestamp?) -> Self { time.map { .date($0) } ?? .null }

    /// Returns the bytes of the document; without `nulls`, members that are null are left out.
    func encoded(nulls: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, nulls: nulls)
        return bytes
    }

    private func write(to bytes: inout [UInt8], nulls: Bool) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .date(let time): bytes.append(contentsOf: time.text.utf8)
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                item.write(to: &bytes, nulls: nulls)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, value) in members where nulls || !value.isNull {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.write(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                value.write(to: &bytes, nulls: nulls)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// Writes a string literal; text between escapes is copied at once, since values may have a megabyte.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        let source = Array(text.utf8)
        var start = 0
        bytes.append(UInt8(ascii: "\""))
        for index in source.indices {
            guard let escape = escape(source[index]) else { continue }
            bytes.append(contentsOf: source[start..<index])
            bytes.append(contentsOf: escape.utf8)
            start = index + 1
        }
        bytes.append(contentsOf: source[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8) -> String? {
        guard byte < 0x20 || byte == 0x22 || byte == 0x5c else { return nil }
        switch byte {
        case 0x22: return "\\\""
        case 0x5c: return "\\\\"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0a: return "\\n"
        case 0x0c: return "\\f"
        case 0x0d: return "\\r"
        default:
            return "\\u00" + String(decoding: [byte >> 4, byte & 0xF].map(Hexadecimal.upper), as: UTF8.self)
        }
    }
}

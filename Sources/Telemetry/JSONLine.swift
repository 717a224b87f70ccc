/// One JSON object on one line, built member by member.
///
/// What stands in a log can come from anybody: every control character, also DEL, C1 and the two Unicode line
/// ends, is escaped, so no value can end the line, forge another or reach a terminal as an escape sequence.
struct JSONLine {
    /// The longest value written, in Unicode scalars; more is cut off and marked.
    static let longestText = 2048

    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(1024)
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        Self.append(value, to: &bytes)
    }

    mutating func add(_ name: String, _ value: Int64?) {
        guard let value else { return }
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ name: String, _ value: Int) { add(name, Int64(value)) }

    /// Milliseconds with three digits after the point.
    mutating func add(_ name: String, milliseconds nanoseconds: Int64) {
        begin(name)
        bytes.append(contentsOf: LogText.milliseconds(nanoseconds).utf8)
    }

    /// The whole line with its end.
    consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: [UInt8(ascii: "}"), UInt8(ascii: "\n")])
        return bytes
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        Self.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A JSON string with its quotes; most have nothing to escape and go in whole.
    private static func append(_ value: String, to bytes: inout [UInt8]) {
        guard isPlain(value) else {
            var text = ""
            append(value, to: &text)
            return bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Printable ASCII without a quote or a backslash, and not too long.
    private static func isPlain(_ value: String) -> Bool {
        let bytes = value.utf8.span
        guard bytes.count <= longestText else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                return false
            }
        }
        return true
    }

    /// A JSON string with its quotes.
    static func append(_ value: String, to text: inout String) {
        text += "\""
        var count = 0
        for scalar in value.unicodeScalars {
            count += 1
            if count > longestText {
                text += "…"
                break
            }
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if LogText.isHarmful(scalar) {
                    LogText.appendEscape(scalar, to: &text)
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}

/// What both forms of a log line share.
enum LogText {
    /// Control characters of ASCII, DEL and C1, the Unicode line ends, and the marks that turn text round.
    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// As `\u` and four digits: everything harmful lies in the first plane.
    static func appendEscape(_ scalar: Unicode.Scalar, to text: inout String) {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    static func milliseconds(_ nanoseconds: Int64) -> String {
        let microseconds = max(0, nanoseconds) / 1000
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

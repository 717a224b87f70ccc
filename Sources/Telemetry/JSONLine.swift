import Messages

/// A JSON object on one line, built member by member.
///
/// The values in a log can come from any caller. Every control character is escaped, also DEL, C1 and the two
/// Unicode line ends. So no value can end the line, forge another, or reach a terminal as an escape sequence.
struct JSONLine {
    /// The longest value in Unicode scalars; more is cut off and marked.
    static let longestText = 2048

    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(1024)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Adds a member with a text; none for nil.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        Self.append(value, to: &bytes)
    }

    /// Adds a member with a number; none for nil.
    mutating func add(_ name: String, _ value: Int64?) {
        guard let value else { return }
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Adds a member with a number.
    mutating func add(_ name: String, _ value: Int) { add(name, Int64(value)) }

    /// Adds a member with a duration in milliseconds, with three digits after the point.
    mutating func add(_ name: String, milliseconds nanoseconds: Int64) {
        begin(name)
        bytes.append(contentsOf: LogText.milliseconds(nanoseconds).utf8)
    }

    /// Returns the whole line, with its line feed.
    consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: [UInt8(ascii: "}"), UInt8(ascii: "\n")])
        return bytes
    }

    /// Appends the comma, if one is due, and the name of a member.
    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        Self.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Appends a JSON string with its quotes; most texts have nothing to escape and are copied whole.
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

    /// Returns whether a text is printable ASCII without a quote or a backslash, and not too long.
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

    /// Appends a JSON string with its quotes.
    static func append(_ value: String, to text: inout String) {
        text += "\""
        TextEscape.append(value, to: &text, limit: longestText) { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: nil
            }
        }
        text += "\""
    }
}

/// The numbers that both forms of a log line share.
enum LogText {
    /// Returns nanoseconds as milliseconds with three digits after the point.
    static func milliseconds(_ nanoseconds: Int64) -> String {
        let microseconds = max(0, nanoseconds) / 1000
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

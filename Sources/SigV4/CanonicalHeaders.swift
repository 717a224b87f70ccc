import HTTPTypes
import Messages

/// The header fields that are signed, in the order of the canonical request.
struct CanonicalHeaders {
    private let fields: FieldLines
    /// The signed fields, sorted by name; a name may occur more than once.
    private var order: [FieldLines.Line] = []

    /// Selects the host and every field that no hop between here and AWS may change.
    init(signing fields: FieldLines) {
        self.fields = fields
        order.reserveCapacity(fields.lines.count)
        for line in fields.lines where !isUnsigned(line) { insert(line) }
    }

    /// Selects the fields that a received request lists as signed; nil if it lacks one of them.
    init?(received head: HTTPRequest, names: [String]) {
        var fields = FieldLines()
        for name in names {
            if name == "host", let authority = head.authority {
                fields.append(name, authority)
                continue
            }
            guard let fieldName = HTTPField.Name(name) else { return nil }
            let values = head.headerFields[values: fieldName]
            guard !values.isEmpty else { return nil }
            for value in values { fields.append(name, value) }
        }
        self.fields = fields
        for line in fields.lines { insert(line) }
    }

    /// Inserts a field in the order of the names, after the fields of the same name.
    private mutating func insert(_ line: FieldLines.Line) {
        var index = order.endIndex
        while index > 0, compare(line, order[index - 1]) < 0 { index -= 1 }
        order.insert(line, at: index)
    }

    /// Returns whether the field is left out: a proxy or transport may change it, or it is the signature
    /// itself.
    private func isUnsigned(_ line: FieldLines.Line) -> Bool {
        switch line.name.count {
        case 6: fields.isNamed(line, "expect")
        case 10: fields.isNamed(line, "connection") || fields.isNamed(line, "user-agent")
        case 13: fields.isNamed(line, "authorization")
        case 15: fields.isNamed(line, "x-amzn-trace-id")
        case 17: fields.isNamed(line, "transfer-encoding")
        default: false
        }
    }

    /// Returns a number below, at, or above 0, as the first name is before, at, or after the second.
    private func compare(_ first: FieldLines.Line, _ second: FieldLines.Line) -> Int {
        let bytes = fields.bytes.span
        for index in 0..<min(first.name.count, second.name.count) {
            let left = bytes[first.name.lowerBound + index].lowercased
            let right = bytes[second.name.lowerBound + index].lowercased
            if left != right { return left < right ? -1 : 1 }
        }
        return first.name.count - second.name.count
    }

    /// The maximum length of the lines and of the names.
    var byteCount: Int { 2 * fields.bytes.count }

    /// Appends `name:value` lines; the trimmed values of one name are joined by commas.
    func appendLines(to output: inout [UInt8]) {
        for index in order.indices {
            if isRepeated(index) {
                output[output.count - 1] = UInt8(ascii: ",")
            } else {
                appendName(order[index], to: &output)
                output.append(UInt8(ascii: ":"))
            }
            Self.append(fields.bytes.span.extracting(order[index].value), to: &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends the names in the form `host;x-amz-date`, each name once.
    func appendNames(to output: inout [UInt8]) {
        for index in order.indices where !isRepeated(index) {
            if index > 0 { output.append(UInt8(ascii: ";")) }
            appendName(order[index], to: &output)
        }
    }

    private func appendName(_ line: FieldLines.Line, to output: inout [UInt8]) {
        output.append(addingCapacity: line.name.count) { (output: inout OutputSpan<UInt8>) in
            for index in line.name { output.append(fields.bytes[index].lowercased) }
        }
    }

    private func isRepeated(_ index: Int) -> Bool {
        index > 0 && compare(order[index], order[index - 1]) == 0
    }

    /// Appends a value without space at its ends, and with one space for each run of space inside.
    private static func append(_ value: Span<UInt8>, to output: inout [UInt8]) {
        guard !isPlain(value) else { return value.append(to: &output) }
        var gap = false
        let start = output.count
        for index in value.indices {
            switch value[index] {
            case 0x20, 0x09, 0x0A, 0x0D: gap = true
            default:
                if gap, output.count > start { output.append(0x20) }
                gap = false
                output.append(value[index])
            }
        }
    }

    /// Returns whether the value is canonical already, as nearly every value is.
    private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
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

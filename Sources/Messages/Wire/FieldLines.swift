/// Header fields as they go out: a line of `name: value` and CRLF for each, one after another.
///
/// A field costs its bytes and no object of its own. Each value is checked once, where it is written.
package struct FieldLines: Sendable, Equatable {
    /// The place of a field in the bytes.
    package struct Line: Sendable, Equatable {
        package let name: Range<Int>
        package let value: Range<Int>
    }

    package private(set) var bytes: [UInt8] = []
    /// The fields in the order in which they are sent.
    package private(set) var lines: [Line] = []
    /// Whether a field may have each of the values: none of them can end its line early.
    package private(set) var isLegal = true

    package init() {}

    /// Makes room for the fields of most messages.
    package mutating func reserveCapacity() {
        bytes.reserveCapacity(512)
        lines.reserveCapacity(8)
    }

    /// Removes all fields.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        isLegal = true
    }

    /// Appends a field.
    ///
    /// The name must be a token, as that of an `HTTPField` is.
    package mutating func append(_ name: String, _ value: String) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// Appends a field, of which the closure writes the value.
    package mutating func append(_ name: String, writing value: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let nameEnd = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(.space)
        let valueStart = bytes.count
        value(&bytes)
        let line = Line(name: start..<nameEnd, value: valueStart..<bytes.count)
        if !bytes.span.extracting(line.value).isFieldValue { isLegal = false }
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
        lines.append(line)
    }

    /// Appends a field that was received and checked.
    ///
    /// - Returns: The place of the field.
    package mutating func append(checked name: Span<UInt8>, _ value: Span<UInt8>) -> Line {
        let start = bytes.count
        name.append(to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(.space)
        let valueStart = bytes.count
        value.append(to: &bytes)
        let line = Line(name: start..<start + name.count, value: valueStart..<bytes.count)
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
        lines.append(line)
        return line
    }

    /// Returns the text of a value; bytes that are not UTF-8 become the replacement character.
    package func text(of line: Line) -> String { String(decoding: bytes[line.value], as: UTF8.self) }

    /// Returns the value of a name in lower case, as HTTPTypes joins those of several fields; nil if there is none.
    package func value(of name: StaticString) -> String? {
        var found: String?
        for line in lines where isNamed(line, name) {
            found = found.map { "\($0), \(text(of: line))" } ?? text(of: line)
        }
        return found
    }

    /// Returns whether there is a field of a name, which is given in lower case.
    package func contains(_ name: StaticString) -> Bool { lines.contains { isNamed($0, name) } }

    /// Returns whether a field has a name, which is given in lower case.
    package func isNamed(_ line: Line, _ name: StaticString) -> Bool { isText(line.name, name) }

    /// Returns whether a field has a value, which is given in lower case.
    package func hasValue(_ line: Line, _ value: StaticString) -> Bool { isText(line.value, value) }

    private func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            var index = 0
            while index < text.count {
                guard unsafe bytes[range.lowerBound + index].lowercased == text[index] else { return false }
                index += 1
            }
            return true
        }
    }
}

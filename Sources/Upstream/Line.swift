import HTTPTypes
import Messages

/// The parsers for the lines of a response head, by RFC 9112 and without leniency.
enum Line {
    /// Returns the number of bytes before the CRLF.
    ///
    /// - Throws: if a bare CR, a bare LF or a NUL is among them.
    static func contentCount(of line: Span<UInt8>) throws(ResponseFault) -> Int {
        let end = line.count - 2
        guard end >= 0, line[end] == 0x0D, line[end + 1] == 0x0A else {
            throw .malformed("line does not end in CRLF")
        }
        let content = line.extracting(first: end)
        guard isPrintable(content) || hasNoBreak(content) else {
            throw .malformed("control character in a line")
        }
        return end
    }

    /// Parses `HTTP/1.1 200 reason` (RFC 9112, 4).
    static func status(_ line: Span<UInt8>) throws(ResponseFault) -> (code: Int, isVersion10: Bool) {
        let version10 = starts(line, with: "HTTP/1.0 ")
        let prefix = version10 ? "HTTP/1.0 " : "HTTP/1.1 "
        guard starts(line, with: prefix) else { throw .malformed("status line of another protocol") }
        let digits = prefix.utf8.count
        guard line.count >= digits + 3 else { throw .malformed("status line without a code") }
        guard let code = DecimalDigits.value(line.extracting(digits..<digits + 3)) else {
            throw .malformed("status code is not a number")
        }
        guard (100...599).contains(code) else { throw .malformed("status code out of range") }
        let reason = digits + 3
        guard line.count > reason else { throw .malformed("status line without a reason") }
        guard line[reason] == 0x20 else { throw .malformed("status code is not a number") }
        guard isValue(line.extracting(reason...)) else {
            throw .malformed("control character in the reason")
        }
        return (Int(code), version10)
    }

    /// Parses `name: value`, without space before the colon and without folding (RFC 9112, 5).
    static func field(_ line: Span<UInt8>) throws(ResponseFault) -> HTTPField {
        var colon = 0
        while colon < line.count, line[colon] != 0x3A { colon += 1 }
        guard colon < line.count else { throw .malformed("field without a colon") }
        guard let name = FieldNames.name(line.extracting(first: colon)) else {
            throw .malformed("bad field name")
        }
        var start = colon + 1
        var end = line.count
        while start < end, line[start].isBlank { start += 1 }
        while end > start, line[end - 1].isBlank { end -= 1 }
        let value = line.extracting(start..<end)
        // Text costs half as much as bytes, but only bytes preserve a value that is not UTF-8.
        if isPrintable(value) { return HTTPField(name: name, value: value.text) }
        guard isValue(value) else { throw .malformed("control character in a field") }
        return HTTPField(name: name, value: value.bytes)
    }

    /// Parses a Content-Length of decimal digits; a list is refused, even one of equal numbers.
    static func length(_ field: HTTPField) throws(ResponseFault) -> Int {
        let value = field.value
        guard let length = DecimalDigits.value(value.utf8.span) else {
            throw .malformed("content-length is not a number")
        }
        return Int(length)
    }

    /// Returns whether a field value or a reason may contain all the bytes.
    static func isValue(_ bytes: Span<UInt8>) -> Bool {
        if isPrintable(bytes) { return true }
        for index in bytes.indices where bytes[index].isForbiddenControl { return false }
        return true
    }

    /// Returns whether each byte is a space or a visible ASCII character, as nearly all are.
    ///
    /// A byte below the space wraps around to a large number. With one comparison a byte and no early exit,
    /// the compiler vectorizes the loop.
    private static func isPrintable(_ bytes: Span<UInt8>) -> Bool {
        var last: UInt8 = 0
        for index in bytes.indices { last = max(last, bytes[index] &- 0x20) }
        return last <= 0x7E - 0x20
    }

    private static func hasNoBreak(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] == 0x0D || bytes[index] == 0x0A || bytes[index] == 0 {
            return false
        }
        return true
    }

    private static func starts(_ line: Span<UInt8>, with prefix: String) -> Bool {
        var index = 0
        for byte in prefix.utf8 {
            guard index < line.count, line[index] == byte else { return false }
            index += 1
        }
        return true
    }
}

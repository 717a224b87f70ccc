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
        guard content.isPrintable || hasNoBreak(content) else {
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
        guard line.extracting(reason...).isFieldValue else {
            throw .malformed("control character in the reason")
        }
        return (Int(code), version10)
    }

    /// Parses `name: value`, without space before the colon and without folding (RFC 9112, 5).
    ///
    /// - Returns: The ranges of the name and of the value.
    static func field(_ line: Span<UInt8>) throws(ResponseFault) -> (name: Range<Int>, value: Range<Int>) {
        var colon = 0
        var isToken = true
        while colon < line.count, line[colon] != 0x3A {
            isToken = isToken && line[colon].isTokenByte
            colon += 1
        }
        guard colon < line.count else { throw .malformed("field without a colon") }
        guard isToken, colon > 0 else { throw .malformed("bad field name") }
        let value = line.trimmed(colon + 1..<line.count)
        guard line.extracting(value).isFieldValue else { throw .malformed("control character in a field") }
        return (0..<colon, value)
    }

    /// Parses a Content-Length of decimal digits; a list is refused, even one of equal numbers.
    static func length(_ value: Span<UInt8>) throws(ResponseFault) -> Int {
        guard let length = DecimalDigits.value(value) else {
            throw .malformed("content-length is not a number")
        }
        return Int(length)
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

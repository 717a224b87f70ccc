import HTTPTypes

/// One line of an answer's head by RFC 9112: exact, no repair.
enum Line {
    /// The number of bytes before the CRLF; a bare CR, a bare LF or a NUL among them is an error.
    static func contentCount(of line: Span<UInt8>) throws(ResponseFault) -> Int {
        let end = line.count - 2
        guard end >= 0, line[end] == 0x0D, line[end + 1] == 0x0A else {
            throw .malformed("line that does not end in CRLF")
        }
        let content = line.extracting(first: end)
        guard isPrintable(content) || hasNoBreak(content) else {
            throw .malformed("control character in a line")
        }
        return end
    }

    /// `HTTP/1.1 200 reason` (RFC 9112, 4), or libcurl's spelling of HTTP/2's `:status`, `HTTP/2 200 `.
    static func status(
        _ line: Span<UInt8>,
        isHTTP2: Bool
    ) throws(ResponseFault) -> (code: Int, isVersion10: Bool) {
        let version10 = starts(line, with: "HTTP/1.0 ")
        let prefix = isHTTP2 ? "HTTP/2 " : version10 ? "HTTP/1.0 " : "HTTP/1.1 "
        guard starts(line, with: prefix) else { throw .malformed("status line of another protocol") }
        let digits = prefix.utf8.count
        guard line.count >= digits + 3 else { throw .malformed("status line without a code") }
        var code = 0
        for index in digits..<digits + 3 {
            guard (0x30...0x39).contains(line[index]) else {
                throw .malformed("status code that is no number")
            }
            code = code * 10 + Int(line[index] - 0x30)
        }
        guard (100...599).contains(code) else { throw .malformed("status code out of range") }
        let reason = digits + 3
        guard isHTTP2 || line.count > reason else { throw .malformed("status line without a reason") }
        if line.count > reason {
            guard line[reason] == 0x20 else { throw .malformed("status code that is no number") }
            guard isValue(line.extracting(reason...)) else {
                throw .malformed("control character in the reason")
            }
        }
        return (code, version10)
    }

    /// `name: value`, no space before the colon, no folding (RFC 9112, 5).
    static func field(_ line: Span<UInt8>) throws(ResponseFault) -> HTTPField {
        var colon = 0
        while colon < line.count, line[colon] != 0x3A { colon += 1 }
        guard colon < line.count else { throw .malformed("field without a colon") }
        guard let name = FieldNames.name(line.extracting(first: colon)) else {
            throw .malformed("bad field name")
        }
        var start = colon + 1
        var end = line.count
        while start < end, isBlank(line[start]) { start += 1 }
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        let value = line.extracting(start..<end)
        // Text costs half as much as bytes; but what is no UTF-8 is kept only where it is given as bytes.
        if isPrintable(value) { return HTTPField(name: name, value: value.text) }
        guard isValue(value) else { throw .malformed("control character in a field") }
        return HTTPField(name: name, value: value.bytes)
    }

    /// One Content-Length of decimal digits; a list, even of equal numbers, is refused.
    static func length(_ field: HTTPField) throws(ResponseFault) -> Int {
        let digits = field.value.utf8
        guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed("content-length that is no number")
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// A byte that may be in a field's value or a reason: visible, blank, or above ASCII (RFC 9110, 5.5).
    static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

    /// Whether each byte may be in a field's value or a reason.
    static func isValue(_ bytes: Span<UInt8>) -> Bool {
        if isPrintable(bytes) { return true }
        for index in bytes.indices where !isValueByte(bytes[index]) { return false }
        return true
    }

    /// Whether each byte is a space or a visible ASCII character, as nearly all are.
    ///
    /// What comes before the space wraps around to the end. With one comparison a byte and no way out of the loop,
    /// the compiler makes it do many bytes at once.
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

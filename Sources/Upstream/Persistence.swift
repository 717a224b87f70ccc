import Messages

/// The word of a response's Connection fields on whether another request may follow (RFC 9112, 9.3).
struct Persistence {
    private static let close = Array("close".utf8)
    private static let keepAlive = Array("keep-alive".utf8)

    private var closes = false
    private var keepsAlive = false

    /// Processes the value of a Connection field: a list of names.
    mutating func consume(_ value: Span<UInt8>) {
        var start = 0
        for index in 0...value.count where index == value.count || value[index] == UInt8(ascii: ",") {
            let name = value.extracting(start..<index)
            if Self.isName(name, Self.close) { closes = true }
            if Self.isName(name, Self.keepAlive) { keepsAlive = true }
            start = index + 1
        }
    }

    /// Returns whether the connection stays open: by default in HTTP/1.1, and only where it says so in 1.0.
    func isPersistent(inVersion10 version10: Bool) -> Bool { !closes && (keepsAlive || !version10) }

    /// Returns whether the bytes without the blanks around them are a name, which is given in lower case.
    private static func isName(_ bytes: Span<UInt8>, _ name: [UInt8]) -> Bool {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start].isBlank { start += 1 }
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        guard end - start == name.count else { return false }
        for index in name.indices where bytes[start + index].lowercased != name[index] { return false }
        return true
    }
}

import Messages

/// The word of a response's Connection fields on whether another request may follow (RFC 9112, 9.3).
struct Persistence {
    private var closes = false
    private var keepsAlive = false

    /// Processes the value of a Connection field: a list of names.
    mutating func consume(_ value: Span<UInt8>) {
        var start = 0
        while start < value.count {
            let end = value.firstIndex(of: UInt8(ascii: ","), in: start..<value.count)
            let name = value.extracting(value.trimmed(start..<end))
            if name.isCaseInsensitively("close") { closes = true }
            if name.isCaseInsensitively("keep-alive") { keepsAlive = true }
            start = end + 1
        }
    }

    /// Returns whether the connection stays open: by default in HTTP/1.1, and only where it says so in 1.0.
    func isPersistent(inVersion10 version10: Bool) -> Bool { !closes && (keepsAlive || !version10) }
}

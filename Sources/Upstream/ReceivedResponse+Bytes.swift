import Glibc
import Messages

/// The cutting of what a connection gives into the lines of a head and the body.
extension ReceivedResponse {
    private static let beginning = Array("HTTP/1.".utf8)

    /// Processes the next bytes of a connection, however they are cut.
    mutating func consume(_ bytes: Span<UInt8>) throws(ResponseFault) {
        var rest = bytes
        while stage != .body, !rest.isEmpty {
            guard let end = rest.firstLineFeed else { return try consume(partialLine: rest) }
            let line = rest.extracting(first: end + 1)
            if partialLine.isEmpty {
                try consume(line: line)
            } else {
                line.append(to: &partialLine)
                let whole = exchange(&partialLine, with: [])
                try consume(line: whole.span)
            }
            rest = rest.extracting(droppingFirst: end + 1)
        }
        if !rest.isEmpty { try consume(body: rest) }
    }

    /// Stores the start of a line, unless it can never become one that is accepted.
    private mutating func consume(partialLine bytes: Span<UInt8>) throws(ResponseFault) {
        bytes.append(to: &partialLine)
        if stage == .status { try Self.checkBeginning(of: partialLine.span) }
        guard partialLine.count <= limits.head - headBytes else { throw .tooLarge("response head too large") }
    }

    /// Throws unless the bytes are the beginning of a status line, or begin with it.
    ///
    /// A server that speaks another protocol may never end its line.
    static func checkBeginning(of line: Span<UInt8>) throws(ResponseFault) {
        for index in 0..<min(line.count, beginning.count) where line[index] != beginning[index] {
            throw .malformed("status line of another protocol")
        }
    }
}

extension Span<UInt8> {
    /// The index of the first line feed; nil if there is none.
    fileprivate var firstLineFeed: Int? {
        unsafe withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress,
                let found = unsafe memchr(start, Int32(UInt8.lineFeed), bytes.count)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(start)
        }
    }
}

import NIOCore

/// Where the answer to a hot request is written: head, fields, and then the body.
///
/// What is written here goes out as it is; the framing of the answer is the server's, as on the long way.
///
/// A head is put together apart, from parts that are mostly a few bytes: the buffer takes it whole, since each write
/// to one costs more than such a part.
package struct AnswerBuffer: Sendable {
    /// The answers that are whole.
    var bytes = ByteBuffer()
    private var head: [UInt8] = []

    package init() {}

    /// Empties it, and keeps its memory.
    mutating func clear() { bytes.clear() }

    /// Begins an answer.
    package mutating func begin(_ answer: PreparedAnswer) {
        head.removeAll(keepingCapacity: true)
        head += answer.head
    }

    /// Begins a field, its name with the colon and the blank after it, or goes on with one.
    package mutating func append(_ text: [UInt8]) { head += text }

    package mutating func append(_ text: String) { head += text.utf8 }

    package mutating func append(_ text: WireBytes) {
        let bytes = text.buffer.readableBytesUInt8Span
        head.append(addingCapacity: bytes.count) { (head: inout OutputSpan<UInt8>) in
            for index in bytes.indices { head.append(bytes[index]) }
        }
    }

    package mutating func append(decimal number: Int64) {
        guard number >= 0 else { return append(String(number)) }
        if number >= 10 { append(decimal: number / 10) }
        head.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Ends a field.
    package mutating func endLine() {
        head.append(.carriageReturn)
        head.append(.lineFeed)
    }

    /// Ends the head with the server's own fields, and writes it and the body.
    package mutating func finish(_ answer: PreparedAnswer) {
        head += DateField.line()
        head += answer.ending
        bytes.reserveCapacity(minimumWritableBytes: head.count + answer.body.count)
        bytes.writeBytes(head)
        bytes.writeBytes(answer.body)
    }

    /// All that was written.
    package var text: String { String(buffer: bytes) }
}

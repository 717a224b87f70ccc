import NIOCore

/// Where the answer to a hot request is written: head, fields, and then the body.
///
/// What is written here goes out as it is; the framing of the answer is the server's, as on the long way.
///
/// The fields that vary are put together apart, from parts that are mostly a few bytes: the buffer takes the whole
/// answer in one write, since each write to one costs more than such a part.
package struct ResponseBuffer: Sendable {
    /// The answers that are whole.
    private(set) var bytes = ByteBuffer()
    private var fields: [UInt8] = []

    package init() {}

    /// Empties it, and keeps its memory.
    mutating func clear() { bytes.clear() }

    /// Begins an answer.
    package mutating func begin() {
        fields.removeAll(keepingCapacity: true)
    }

    /// Begins a field, its name with the colon and the blank after it, or goes on with one.
    package mutating func append(_ text: [UInt8]) { fields += text }

    package mutating func append(_ text: String) { fields += text.utf8 }

    package mutating func append(_ text: WireBytes) {
        let bytes = text.buffer.readableBytesUInt8Span
        fields.append(addingCapacity: bytes.count) { (fields: inout OutputSpan<UInt8>) in
            for index in bytes.indices { fields.append(bytes[index]) }
        }
    }

    package mutating func append(decimal number: Int64) {
        guard number >= 0 else { return append(String(number)) }
        if number >= 10 { append(decimal: number / 10) }
        fields.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Ends a field.
    package mutating func endLine() {
        fields.append(.carriageReturn)
        fields.append(.lineFeed)
    }

    /// Writes the answer: its head with the fields and the server's own, and the body.
    package mutating func finish(_ response: PreparedResponse) {
        let date = DateField.line()
        let fields = fields
        let count = response.overhead + fields.count + date.count + response.body.count
        bytes.writeWithOutputRawSpan(minimumWritableBytes: count) { bytes in
            bytes.append(response.head.span)
            bytes.append(fields.span)
            bytes.append(date.span)
            bytes.append(response.ending.span)
            bytes.append(response.body.span)
        }
    }

    /// All that was written.
    package var text: String { String(buffer: bytes) }
}

import Messages
import NIOCore

/// The output of the fast path: whole responses, each of a head and a body.
///
/// The bytes go out unchanged. The server writes the framing of a response, as on the regular path.
///
/// The fields that vary are collected in an array, from parts of a few bytes. The buffer gets the whole
/// response in one write, since a write to it costs more than such a part.
package struct ResponseBuffer: Sendable {
    /// The responses that are whole.
    private(set) var bytes = ByteBuffer()
    /// The varying fields of the response that has begun.
    private var fields: [UInt8] = []

    package init() {}

    /// Removes all responses, and keeps the memory.
    mutating func clear() { bytes.clear() }

    /// Begins a response.
    package mutating func begin() {
        fields.removeAll(keepingCapacity: true)
    }

    /// Appends a part of a field; the first part is the name with its colon and a space.
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

    /// Ends the field line.
    package mutating func endLine() {
        fields.append(.carriageReturn)
        fields.append(.lineFeed)
    }

    /// Writes the response: its head, the varying fields, the fields of the server, and the body.
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

    /// The text of all whole responses.
    package var text: String { String(buffer: bytes) }
}

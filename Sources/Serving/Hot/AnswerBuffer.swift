import NIOCore

/// Where the answer to a hot request is written: head, fields, and then the body.
///
/// What is written here goes out as it is; the framing of the answer is the server's, as on the long way.
package struct AnswerBuffer: Sendable {
    var bytes: ByteBuffer

    package init() { bytes = ByteBuffer() }

    init(_ bytes: ByteBuffer) { self.bytes = bytes }

    /// Begins an answer.
    package mutating func begin(_ answer: PreparedAnswer) {
        bytes.reserveCapacity(minimumWritableBytes: answer.head.count + answer.body.count + 512)
        bytes.writeBytes(answer.head)
    }

    /// Begins a field: its name with the colon and the blank after it.
    package mutating func append(_ text: StaticString) { bytes.writeStaticString(text) }

    package mutating func append(_ text: WireBytes) { bytes.writeImmutableBuffer(text.buffer) }

    package mutating func append(_ text: String) { bytes.writeString(text) }

    package mutating func append(decimal number: Int64) {
        var divisor: UInt64 = 1
        let magnitude = number.magnitude
        if number < 0 { bytes.writeInteger(UInt8(ascii: "-")) }
        while magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / divisor % 10))
            divisor /= 10
        }
    }

    /// Ends a field.
    package mutating func endLine() { bytes.writeInteger(UInt16(0x0D0A)) }

    /// Ends the head with the server's own fields, and writes the body.
    package mutating func finish(_ answer: PreparedAnswer) {
        bytes.writeStaticString("date: ")
        bytes.writeString(DateField.now())
        bytes.writeStaticString("\r\ncontent-length: ")
        append(decimal: Int64(answer.body.count))
        bytes.writeStaticString("\r\n\r\n")
        bytes.writeBytes(answer.body)
    }

    /// All that was written.
    package var text: String { String(buffer: bytes) }
}

/// An answer of which the bytes are made, but for the fields that vary.
package struct PreparedAnswer: Sendable {
    /// The status line and the fields, without the empty line.
    let head: [UInt8]
    let body: [UInt8]

    /// Bytes that it holds beside the body.
    package var overhead: Int { head.count }
}

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

    /// Up to eight digits in one write, as ages and lengths have; more of them by a text.
    package mutating func append(decimal number: Int64) {
        guard (0..<100_000_000).contains(number) else { return append(String(number)) }
        // The last digit ends up highest, so that the first is written first.
        var rest = UInt64(number)
        var digits: UInt64 = 0
        var count = 0
        repeat {
            digits = digits << 8 | (0x30 + rest % 10)
            rest /= 10
            count += 1
        } while rest > 0
        let start = bytes.writerIndex
        bytes.writeInteger(digits, endianness: .little)
        bytes.moveWriterIndex(to: start + count)
    }

    /// Ends a field.
    package mutating func endLine() { bytes.writeInteger(UInt16(0x0D0A)) }

    /// Ends the head with the server's own fields, and writes the body.
    package mutating func finish(_ answer: PreparedAnswer) {
        bytes.writeStaticString("date: ")
        bytes.writeString(DateField.now())
        bytes.writeBytes(answer.ending)
        bytes.writeBytes(answer.body)
    }

    /// All that was written.
    package var text: String { String(buffer: bytes) }
}

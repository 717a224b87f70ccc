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
    /// The shared body of the last response, which is sent after `bytes`; no response follows it.
    private(set) var sharedBody: SharedBody?
    /// Whether connections send a shared body without a copy of it, which those with TLS do not.
    var sharesBodies: Bool
    /// The varying fields of the response that has begun.
    private var fields: [UInt8] = []

    package init(sharesBodies: Bool = true) { self.sharesBodies = sharesBodies }

    /// Removes all responses, and keeps the memory.
    mutating func clear() {
        bytes.clear()
        sharedBody = nil
    }

    /// The bytes of all responses, shared ones included.
    var count: Int { bytes.readableBytes + (sharedBody?.count ?? 0) }

    /// Returns whether the fast path sends the response.
    ///
    /// A connection with TLS needs a copy of a large body. The regular path charges that to the budget first.
    package func accepts(_ response: PreparedResponse) -> Bool {
        response.sharedBody == nil || sharesBodies
    }

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
        if let body = response.sharedBody { sharedBody = body }
    }

    /// The text of all whole responses.
    package var text: String { String(buffer: bytes) + (sharedBody.map { String(buffer: $0.buffer) } ?? "") }
}

import HTTPTypes
import Messages
import NIOCore

/// Writes an answer as bytes.
///
/// Framing is the server's alone: whatever the responder says of length, coding or connection is left out, and a
/// head that could be read as anything but what is meant (a line break in a value, an interim status) becomes a
/// bare 500.
struct AnswerEncoding {
    static let interim = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    private static let ours = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding",
        "upgrade",
    ]

    /// A handful of short names is searched sooner than hashed.
    private static func isOurs(_ name: String) -> Bool {
        ours.contains { $0.utf8.count == name.utf8.count && $0 == name }
    }

    /// To HEAD the answer has the length of what GET would give, and no body.
    var isHead = false
    /// Whether the connection ends after this answer.
    var closes = false
    /// HTTP/1.0 must be told that the connection stays open.
    var minorVersion = 1

    /// The head with its empty line, and after it the body.
    func encode(_ response: Response) -> ByteBuffer {
        let valid = Self.isSafe(response.head)
        let head = valid ? response.head : HTTPResponse(status: .internalServerError)
        let body = valid ? response.body : []
        let isBare = head.status.code == 204 || head.status.code == 304
        let sent = isHead || isBare ? [] : body

        var buffer = ByteBufferAllocator().buffer(capacity: 512 + sent.count)
        Self.write(head, to: &buffer)
        if !head.headerFields.contains(.date) { buffer.writeString("date: \(DateField.now())\r\n") }
        if !isBare { buffer.writeString("content-length: \(body.count)\r\n") }
        if closes {
            buffer.writeStaticString("connection: close\r\n")
        } else if minorVersion == 0 {
            buffer.writeStaticString("connection: keep-alive\r\n")
        }
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(sent)
        return buffer
    }

    /// The status line and the fields that are not the server's own, without the empty line.
    static func write(_ head: HTTPResponse, to buffer: inout ByteBuffer) {
        buffer.writeString("HTTP/1.1 \(head.status.code) \(ReasonPhrase.of(head.status.code))\r\n")
        for field in head.headerFields where !isOurs(field.name.canonicalName) {
            buffer.writeString(field.name.rawName)
            buffer.writeStaticString(": ")
            buffer.writeString(field.value)
            buffer.writeStaticString("\r\n")
        }
    }

    static func isSafe(_ head: HTTPResponse) -> Bool {
        (200...599).contains(head.status.code)
            && head.headerFields.allSatisfy { field in
                isToken(field.name.rawName.utf8.span) && isValue(field.value.utf8.span)
            }
    }

    private static func isToken(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !bytes[index].isTokenByte { return false }
        return true
    }

    private static func isValue(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index].isForbiddenControl { return false }
        return true
    }
}

import HTTPTypes
import Messages
import NIOCore

/// The encoding of a response as bytes.
///
/// Only the server frames a response: fields of the responder about length, coding or connection are left
/// out. A head that a parser could read in another way becomes an empty 500. Such a head has a line break in
/// a value, or an interim status.
struct ResponseEncoding {
    static let interim = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// The bytes that are reserved for a head; a head may be longer.
    private static let usualHead = 512

    /// The fields that are left out; the server sets the length itself.
    private static let omitted = HopByHopFields(and: ["content-length"])

    /// Whether this is the response to HEAD, which has the length of the body for GET, and no body.
    var isHead = false
    /// Whether the connection ends after this response.
    var closes = false
    /// The minor version of the request; a response to HTTP/1.0 must say that the connection stays open.
    var minorVersion = 1

    /// Returns the head with its empty line and the body after it, or the head and a shared body.
    ///
    /// - Parameter sharedBody: The body in place of that of `response`, which is empty then.
    func encode(
        _ response: Response,
        sharedBody: SharedBody? = nil
    ) -> (bytes: ByteBuffer, sharedBody: ByteBuffer?) {
        let code = response.head.status.code
        guard var lines = Self.lines(code, response.head.headerFields) else {
            return encode(Response(head: HTTPResponse(status: .internalServerError)))
        }
        let isBare = code == 204 || code == 304
        let hasBody = !isHead && !isBare
        let sent = hasBody ? response.body : []

        if !response.head.headerFields.contains(.date) {
            lines += DateField.line()
            lines.endLine()
        }
        if !isBare {
            lines += "content-length: ".utf8
            lines += String(sharedBody?.count ?? response.body.count).utf8
            lines.endLine()
        }
        if closes {
            lines += "connection: close\r\n".utf8
        } else if minorVersion == 0 {
            lines += "connection: keep-alive\r\n".utf8
        }
        lines.endLine()

        var buffer = ByteBufferAllocator().buffer(capacity: lines.count + sent.count)
        buffer.writeBytes(lines)
        buffer.writeBytes(sent)
        return (buffer, hasBody ? sharedBody?.buffer : nil)
    }

    /// Returns the status line and the fields of the responder, without the empty line.
    ///
    /// They are collected in an array because each write to a buffer costs more than such a part. The type
    /// `HTTPField.Name` guarantees that a name is a token; a value may have any bytes.
    ///
    /// - Returns: Nil for a head that must not be sent.
    static func lines(_ code: Int, _ fields: HTTPFields) -> [UInt8]? {
        guard var lines = StatusLine.of(code) else { return nil }
        lines.reserveCapacity(usualHead)
        for field in fields {
            let isSafe =
                omitted.contains(field.name.canonicalName)
                ? field.value.utf8.span.allSatisfy { !$0.isForbiddenControl }
                : lines.appendLine(field.name.rawName, field.value)
            guard isSafe else { return nil }
        }
        return lines
    }
}

extension [UInt8] {
    /// Appends a field line.
    ///
    /// - Returns: False if a parser could read its value as more than a value; then the head must not be
    ///   sent.
    fileprivate mutating func appendLine(_ name: String, _ value: String) -> Bool {
        let value = value.utf8.span
        name.utf8.span.append(to: &self)
        append(UInt8(ascii: ":"))
        append(.space)
        value.append(to: &self)
        endLine()
        return value.allSatisfy { !$0.isForbiddenControl }
    }

    fileprivate mutating func endLine() {
        append(.carriageReturn)
        append(.lineFeed)
    }
}

import HTTPTypes
import Messages
import NIOCore

/// Writes an answer as bytes.
///
/// Framing is the server's alone: whatever the responder says of length, coding or connection is left out, and a
/// head that could be read as anything but what is meant (a line break in a value, an interim status) becomes a
/// bare 500.
struct ResponseEncoding {
    static let interim = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// What memory is kept ready for the head.
    private static let usualHead = 512

    /// The names that are left out, at the place of their length, which leaves few to compare with.
    private static let ours: [[String]] = {
        let names = [
            "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade",
        ]
        return (0...32).map { length in names.filter { $0.utf8.count == length } }
    }()

    private static func isOurs(_ name: String) -> Bool {
        let length = name.utf8.count
        return length < ours.count && ours[length].contains(name)
    }

    /// To HEAD the answer has the length of what GET would give, and no body.
    var isHead = false
    /// Whether the connection ends after this answer.
    var closes = false
    /// HTTP/1.0 must be told that the connection stays open.
    var minorVersion = 1

    /// The head with its empty line, and after it the body.
    func encode(_ response: Response) -> ByteBuffer {
        let code = response.head.status.code
        guard var lines = Self.lines(code, response.head.headerFields) else {
            return encode(Response(head: HTTPResponse(status: .internalServerError)))
        }
        let isBare = code == 204 || code == 304
        let sent = isHead || isBare ? [] : response.body

        if !response.head.headerFields.contains(.date) {
            lines += DateField.line()
            lines.endLine()
        }
        if !isBare {
            lines += "content-length: ".utf8
            lines += String(response.body.count).utf8
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
        return buffer
    }

    /// The status line and the fields that are not the server's own, without the empty line; nil for a head that is
    /// not to be sent.
    ///
    /// They are put together here because each write to a buffer costs more than such a part. A name is a token, or
    /// it would be no `HTTPField.Name`; a value may be anything.
    static func lines(_ code: Int, _ fields: HTTPFields) -> [UInt8]? {
        guard var lines = StatusLine.of(code) else { return nil }
        lines.reserveCapacity(usualHead)
        for field in fields {
            let isSafe =
                isOurs(field.name.canonicalName)
                ? field.value.utf8.span.allSatisfy { !$0.isForbiddenControl }
                : lines.appendLine(field.name.rawName, field.value)
            guard isSafe else { return nil }
        }
        return lines
    }
}

extension [UInt8] {
    /// Appends a field line; false if its value could be read as more than a value, and then nothing is to be sent.
    fileprivate mutating func appendLine(_ name: String, _ value: String) -> Bool {
        let (name, value) = (name.utf8.span, value.utf8.span)
        var isSafe = true
        append(addingCapacity: name.count + value.count + 4) { (line: inout OutputSpan<UInt8>) in
            for index in name.indices { line.append(name[index]) }
            line.append(UInt8(ascii: ":"))
            line.append(.space)
            for index in value.indices {
                if value[index].isForbiddenControl { isSafe = false }
                line.append(value[index])
            }
            line.append(.carriageReturn)
            line.append(.lineFeed)
        }
        return isSafe
    }

    fileprivate mutating func endLine() {
        append(.carriageReturn)
        append(.lineFeed)
    }
}

import HTTPTypes
import Messages

/// A request in the form that libcurl takes, checked: nothing in it can end a line early.
struct WireRequest: Sendable {
    let method: String
    let target: String
    /// In libcurl's own syntax: `name: value`, `name;` for an empty value, `name:` to send no such field.
    let lines: [String]
    let body: [UInt8]

    /// What is libcurl's or this client's to say: the framing, the host, the connection.
    private static let dropped: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te",
        "trailer", "upgrade", "expect",
    ]

    init(_ request: Request) throws(UpstreamError) {
        method = request.head.method.rawValue
        guard method != "CONNECT", method != "TRACE" else { throw Self.refused("method") }
        target = request.head.path ?? "/"
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Self.refused("request target")
        }
        var lines: [String] = []
        if let authority = request.head.authority {
            guard !authority.isEmpty, authority.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Self.refused("authority")
            }
            lines.append("Host: \(authority)")
        }
        for field in request.head.headerFields where !Self.dropped.contains(field.name.canonicalName) {
            let value = field.value
            guard value.utf8.allSatisfy(Line.isValueByte) else { throw Self.refused("field value") }
            lines.append(value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(value)")
        }
        // What libcurl would add of itself.
        lines.append("Expect:")
        if request.head.headerFields[.accept] == nil { lines.append("Accept:") }
        if request.head.headerFields[.contentType] == nil { lines.append("Content-Type:") }
        self.lines = lines
        body = request.body
    }

    /// Whether a Content-Length is sent: always but where an empty body is what everybody expects.
    var hasContent: Bool { !body.isEmpty || (method != "GET" && method != "HEAD") }

    private static func refused(_ part: String) -> UpstreamError {
        UpstreamError(.malformed, phase: .notSent, detail: "\(part) that cannot be sent")
    }
}

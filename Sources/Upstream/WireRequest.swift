import HTTPTypes
import Messages

/// A request in the form that libcurl expects.
///
/// It is checked: no part of it can end a line early.
struct WireRequest: Sendable {
    let method: String
    let target: String
    let lines: WireLines
    let body: [UInt8]
    /// Whether a Content-Length is sent: always, except with a GET or HEAD without a body.
    let hasContent: Bool

    /// The fields that this client and libcurl set, or never send: the host, the length, and `Expect` among
    /// them.
    private static let omitted = HopByHopFields(and: ["host", "content-length", "expect"])

    init(_ request: Request) throws(UpstreamError) {
        method = request.head.method.rawValue
        guard method != "CONNECT", method != "TRACE" else { throw Self.refused("method") }
        target = request.head.path ?? "/"
        guard target.utf8.first == UInt8(ascii: "/"), Self.isVisible(target) else {
            throw Self.refused("request target")
        }
        var lines = WireLines()
        if let authority = request.head.authority {
            guard !authority.isEmpty, Self.isVisible(authority) else { throw Self.refused("authority") }
            lines.append("Host", authority)
        }
        var hasAccept = false
        var hasContentType = false
        for field in request.head.headerFields {
            let name = field.name.canonicalName
            guard !Self.omitted.contains(name) else { continue }
            let value = field.value
            guard Line.isValue(value.utf8.span) else { throw Self.refused("field value") }
            lines.append(field.name.rawName, value)
            if name == "accept" { hasAccept = true }
            if name == "content-type" { hasContentType = true }
        }
        body = request.body
        hasContent = !body.isEmpty || (method != "GET" && method != "HEAD")
        // libcurl would add these by itself, the last two only to a request with content.
        if !hasAccept { lines.append(absent: "Accept") }
        if hasContent {
            lines.append(absent: "Expect")
            if !hasContentType { lines.append(absent: "Content-Type") }
        }
        self.lines = lines
    }

    private static func isVisible(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var isVisible = true
        for index in bytes.indices {
            let byte = bytes[index]
            isVisible = byte.isVisible && isVisible
        }
        return isVisible
    }

    private static func refused(_ part: String) -> UpstreamError {
        UpstreamError(.malformed, phase: .notSent, detail: "\(part) cannot be sent")
    }
}

/// Header lines in libcurl's own syntax, each terminated by a NUL, in one array.
///
/// The syntax: `name: value`, `name;` for an empty value, `name:` to send no such field.
struct WireLines: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    init() { bytes.reserveCapacity(512) }

    mutating func append(_ name: String, _ value: String) {
        bytes.append(contentsOf: name.utf8)
        if value.isEmpty {
            bytes.append(UInt8(ascii: ";"))
        } else {
            bytes.append(UInt8(ascii: ":"))
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: value.utf8)
        }
        end()
    }

    mutating func append(absent name: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ":"))
        end()
    }

    private mutating func end() {
        bytes.append(0)
        count += 1
    }
}

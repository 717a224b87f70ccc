package import HTTPTypes

/// A request as it goes out: its target and its fields in bytes.
///
/// A request to AWS is written in this form, signed in it, and sent from it.
package struct WireRequest: Sendable, Equatable {
    package let method: HTTPRequest.Method
    /// The path and the query, as they are sent and signed.
    package let target: [UInt8]
    /// The fields without those that the sender sets by itself, the length among them.
    package var fields = FieldLines()
    package let body: [UInt8]
    private let hasLegalHost: Bool

    /// Creates a request with the field `Host` alone; with none if the host is nil.
    package init(_ method: HTTPRequest.Method, target: [UInt8], host: String?, body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.body = body
        hasLegalHost = host.map { !$0.isEmpty && $0.utf8.span.isVisible } ?? true
        fields.reserveCapacity()
        if let host { fields.append("Host", host) }
    }

    /// Creates the bytes of a request, with the fields whose names in lower case pass the filter.
    package init(_ request: Request, host: String?, where isWritten: (String) -> Bool) {
        let target = Array((request.head.path ?? "/").utf8)
        self.init(request.head.method, target: target, host: host, body: request.body)
        for field in request.head.headerFields where isWritten(field.name.canonicalName) {
            fields.append(field.name.rawName, field.value)
        }
    }

    /// The part that cannot be sent, because it could be read as more than it is; nil if each part can.
    package var fault: String? {
        if method == .connect || method == .trace { return "method" }
        guard target.first == UInt8(ascii: "/"), target.span.isVisible else { return "request target" }
        guard hasLegalHost else { return "authority" }
        return fields.isLegal ? nil : "field value"
    }

    /// Whether a Content-Length is sent: always, except with a GET or HEAD without a body.
    package var hasContent: Bool { !body.isEmpty || (method != .get && method != .head) }
}

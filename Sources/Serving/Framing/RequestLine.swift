import HTTPTypes
import Messages
import NIOCore

/// The rules for method, target and version.
///
/// The accepted methods are those of RFC 9110 that act on a resource. CONNECT and TRACE are refused, and so
/// are methods that it does not define.
enum RequestLine {
    /// Returns the minor version of HTTP/1: 0 or 1.
    static func minorVersion(_ bytes: Span<UInt8>) throws(Refusal) -> Int {
        if bytes.equals("HTTP/1.1") { return 1 }
        if bytes.equals("HTTP/1.0") { return 0 }
        guard bytes.count == 8, bytes.extracting(first: 5).equals("HTTP/"), bytes[5].isDigit,
            bytes[6] == UInt8(ascii: "."), bytes[7].isDigit
        else { throw .malformed }
        throw .versionNotSupported
    }

    static func method(_ bytes: Span<UInt8>) throws(Refusal) -> HTTPRequest.Method {
        switch bytes.text {
        case "GET": .get
        case "HEAD": .head
        case "POST": .post
        case "PUT": .put
        case "DELETE": .delete
        case "OPTIONS": .options
        default: throw .methodNotAllowed
        }
    }

    /// Returns true if a request with this method may have a body.
    ///
    /// A GET or HEAD with a body has no meaning, and parsers differ in what they do with it (RFC 9110
    /// section 9.3.1). The responder decides about the others.
    static func takesBody(_ method: HTTPRequest.Method) -> Bool { method != .get && method != .head }

    /// Checks a target in `origin-form` or `absolute-form`, and returns it decoded.
    ///
    /// It is visible ASCII, without a fragment and without a raw dot segment in its path. Nothing is decoded
    /// here, so the request decoder refuses encoded dot segments. Nearly every target passes the first test,
    /// which reads eight bytes at a time. The second test decides about the rest.
    static func target(_ head: ByteBuffer, in range: Range<Int>) throws(Refusal) -> RequestTarget {
        let bytes = head.readableBytesUInt8Span.extracting(range)
        guard !bytes.isEmpty, let text = bytes.text else { throw .badTarget }
        if head.readableBytesSpan.endOfTarget(from: range.lowerBound) == range.upperBound,
            bytes[0] == UInt8(ascii: "/")
        {
            return RequestTarget(path: text, authority: nil, spelling: text)
        }
        var (path, authority): (String, String?) = (text, nil)
        if let absolute = AbsoluteTarget(bytes) {
            guard let rest = bytes.extracting(absolute.path).text else { throw .badTarget }
            path = rest.utf8.first == UInt8(ascii: "/") ? rest : "/" + rest
            authority = bytes.extracting(absolute.authority).text
        }
        guard path.utf8.first == UInt8(ascii: "/"), isTarget(path.utf8.span) else { throw .badTarget }
        return RequestTarget(path: path, authority: authority, spelling: text)
    }

    /// Returns true if all bytes are allowed in a target and no segment of the path is a dot segment.
    ///
    /// - Parameter bytes: At least one byte, the first a slash.
    private static func isTarget(_ bytes: Span<UInt8>) -> Bool {
        var isInPath = true
        var segment = 1
        for index in 1..<bytes.count {
            let byte = bytes[index]
            guard byte.isVisible, byte != UInt8(ascii: "#") else { return false }
            guard isInPath, byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") else { continue }
            guard !isDots(bytes.extracting(segment..<index)) else { return false }
            segment = index + 1
            isInPath = byte == UInt8(ascii: "/")
        }
        return !isInPath || !isDots(bytes.extracting(segment...))
    }

    /// Returns true for the segments `.` and `..`.
    private static func isDots(_ segment: Span<UInt8>) -> Bool {
        (1...2).contains(segment.count) && segment.allSatisfy { $0 == UInt8(ascii: ".") }
    }
}

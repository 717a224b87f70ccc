import HTTPTypes
import Messages

/// The name of a field of a request, with the role that such a field has for the server.
struct FieldName: Sendable {
    /// The treatment that the server gives to a field.
    enum Role: Sendable {
        case host
        case contentLength
        case transferEncoding
        case expect
        case connection
        /// A field that frames in programs that turn field names into variables (CGI, WSGI).
        case framesElsewhere
        /// A field about this connection alone, which is not passed to the responder.
        case hopByHop
        /// A field that is passed to the responder.
        case endToEnd
    }

    let name: HTTPField.Name
    let role: Role

    /// Looks up a name, or makes it; nil for bytes that are not a token.
    init?(_ bytes: Span<UInt8>) {
        if let known = Self.known(bytes) {
            self = known
        } else {
            guard let name = bytes.text.flatMap({ HTTPField.Name($0) }) else { return nil }
            self.init(name)
        }
    }

    /// The settings of an upgrade to HTTP/2 are added.
    ///
    /// A server may ignore an offer to upgrade (RFC 9110 section 7.8). This one always does.
    private static let hopByHop = HopByHopFields(and: ["http2-settings"])

    private init(_ name: HTTPField.Name) {
        self.name = name
        role =
            switch name.canonicalName {
            case "host": .host
            case "content-length": .contentLength
            case "transfer-encoding": .transferEncoding
            case "expect": .expect
            case "connection": .connection
            case "transfer_encoding", "content_length": .framesElsewhere
            case let other: Self.hopByHop.contains(other) ? .hopByHop : .endToEnd
            }
    }
}

/// The table of usual names, found by their bytes.
///
/// To make a name takes two strings and a check of each byte. To find its role takes a dozen comparisons.
extension FieldName {
    /// The names that callers send most, in their spelling; each other spelling makes a name of its own.
    private static let spellings = [
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", "Content-Type", "Content-Length",
        "Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-SHA256", "X-Amz-Target",
        "X-Amz-User-Agent", "X-Request-Id", "host", "user-agent", "accept", "accept-encoding", "connection",
        "content-type", "content-length", "authorization", "x-amz-date", "x-amz-security-token",
        "x-amz-content-sha256", "x-amz-target", "x-amz-user-agent", "x-request-id", "amz-sdk-invocation-id",
        "amz-sdk-request", "traceparent", "tracestate",
    ]

    /// The usual names, indexed by their length: few of them have the same length.
    private static let byLength: [[FieldName]] = {
        var table = [[FieldName]](repeating: [], count: (spellings.map(\.utf8.count).max() ?? 0) + 1)
        for name in spellings.compactMap({ HTTPField.Name($0) }) {
            table[name.rawName.utf8.count].append(FieldName(name))
        }
        return table
    }()

    /// Returns the usual name that is spelt exactly so; nil if there is none.
    private static func known(_ bytes: Span<UInt8>) -> FieldName? {
        guard bytes.count < byLength.count else { return nil }
        for known in byLength[bytes.count] where bytes.equals(known.name.rawName) { return known }
        return nil
    }
}

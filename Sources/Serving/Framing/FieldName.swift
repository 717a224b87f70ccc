import HTTPTypes

/// The name of a request's field, and what such a field is to the server.
struct FieldName: Sendable {
    enum Role: Sendable {
        case host
        case contentLength
        case transferEncoding
        case expect
        case connection
        case upgrade
        /// To a program that knows fields as variables it is one that frames (CGI, WSGI).
        case framesElsewhere
        /// Of this connection alone, and so not handed on.
        case hopByHop
        case endToEnd
    }

    let name: HTTPField.Name
    let role: Role

    /// Nil for what is no token.
    init?(_ bytes: Span<UInt8>) {
        if let known = Self.known(bytes) {
            self = known
        } else {
            guard let name = bytes.text.flatMap({ HTTPField.Name($0) }) else { return nil }
            self.init(name)
        }
    }

    private init(_ name: HTTPField.Name) {
        self.name = name
        role =
            switch name.canonicalName {
            case "host": .host
            case "content-length": .contentLength
            case "transfer-encoding": .transferEncoding
            case "expect": .expect
            case "connection": .connection
            case "upgrade": .upgrade
            case "transfer_encoding", "content_length": .framesElsewhere
            case "keep-alive", "proxy-connection", "te", "trailer", "http2-settings": .hopByHop
            default: .endToEnd
            }
    }
}

/// Names that are known by their bytes: to make one anew takes two strings and a check of each byte, and its role a
/// dozen comparisons.
extension FieldName {
    /// What clients send most, as they spell it; other spellings are read the general way.
    private static let spellings = [
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", "Content-Type", "Content-Length",
        "Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-SHA256", "X-Amz-Target",
        "X-Amz-User-Agent", "X-Request-Id", "host", "user-agent", "accept", "accept-encoding", "connection",
        "content-type", "content-length", "authorization", "x-amz-date", "x-amz-security-token",
        "x-amz-content-sha256", "x-amz-target", "x-amz-user-agent", "x-request-id", "amz-sdk-invocation-id",
        "amz-sdk-request", "traceparent", "tracestate",
    ]

    /// At the place of their length, which leaves few to compare with.
    private static let byLength: [[FieldName]] = {
        var table = [[FieldName]](repeating: [], count: (spellings.map(\.utf8.count).max() ?? 0) + 1)
        for name in spellings.compactMap({ HTTPField.Name($0) }) {
            table[name.rawName.utf8.count].append(FieldName(name))
        }
        return table
    }()

    private static func known(_ bytes: Span<UInt8>) -> FieldName? {
        guard bytes.count < byLength.count else { return nil }
        for known in byLength[bytes.count] where bytes.equals(known.name.rawName) { return known }
        return nil
    }
}

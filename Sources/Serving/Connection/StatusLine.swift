/// The first line of a response, with its line end.
///
/// The reason phrases are those of the RFCs, even for a response from upstream (RFC 9110 section 15, RFC
/// 6585). A phrase has no meaning, and may be empty.
enum StatusLine {
    private static let codes = 200...599
    private static let lines = codes.map { Array("HTTP/1.1 \($0) \(phrase($0))\r\n".utf8) }

    /// Returns the line for a status code; nil for a code that no final response has.
    static func of(_ code: Int) -> [UInt8]? {
        codes.contains(code) ? lines[code - codes.lowerBound] : nil
    }

    private static func phrase(_ code: Int) -> String {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

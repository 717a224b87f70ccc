import HTTPTypes

/// A request head that passed every check, with the framing of its body.
struct RequestHead: Sendable {
    /// The way in which the length of a body is given (RFC 9112 section 6.3).
    enum BodyFraming: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    let method: HTTPRequest.Method
    let target: RequestTarget
    /// The authority of the target, else the `Host`; nil only in HTTP/1.0.
    let authority: String?
    /// The end-to-end fields alone, in the order in which they came.
    let fields: HTTPFields
    let body: BodyFraming
    /// Whether the caller waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// Whether the caller wants the connection to stay open: the default in HTTP/1.1, an option in HTTP/1.0.
    let keepAlive: Bool
    let minorVersion: Int
}

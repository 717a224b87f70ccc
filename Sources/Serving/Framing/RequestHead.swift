import HTTPTypes

/// A request head that passed every check, and how its body is framed.
struct RequestHead: Sendable {
    /// How the length of a body is told (RFC 9112 section 6.3).
    enum BodyFraming: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    let method: HTTPRequest.Method
    /// In origin-form.
    let target: String
    /// The `Host`; nil only in HTTP/1.0.
    let authority: String?
    /// End-to-end fields alone, in the order they came.
    let fields: HTTPFields
    let body: BodyFraming
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// What the client asks for: the default of HTTP/1.1, to be asked for in HTTP/1.0.
    let keepAlive: Bool
    let minorVersion: Int
}

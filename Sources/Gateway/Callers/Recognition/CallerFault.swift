import WebTokens

/// The reason why the caller of a request is not known, for the log; callers get one 401 for all of them.
enum CallerFault: Error, Sendable, Equatable {
    /// The request has no mark of a caller.
    case nothing
    /// The marks are those of no entry of the list.
    case unlisted
    /// The key is too short to be one, or is none of the file.
    case key
    case token(TokenFault)

    /// A word of a closed set.
    var label: String {
        switch self {
        case .nothing: "none"
        case .unlisted: "unlisted"
        case .key: "key"
        case .token(let fault): fault.label
        }
    }

    /// A sentence for people.
    var text: String {
        switch self {
        case .nothing: "the request has neither a certificate, nor a token or key"
        case .unlisted: "no entry of callers.list has a mark of the request"
        case .key: "the API key is none of the file"
        case .token(let fault): "\(fault)"
        }
    }
}

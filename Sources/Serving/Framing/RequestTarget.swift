/// The target of a request line that passed every check.
struct RequestTarget: Sendable {
    /// The path, perhaps with a query: the `origin-form` (RFC 9112 section 3.2.1).
    let path: String
    /// The authority of an `absolute-form`, which takes the place of `Host`; nil for an `origin-form`.
    let authority: String?
    /// The target as it was received.
    let spelling: String
}

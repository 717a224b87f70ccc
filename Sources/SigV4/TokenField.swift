import HTTPTypes

/// The session token of late as a field: its thousand bytes are checked once, and not again for each request.
struct TokenField {
    private var last: (secret: Secret, field: HTTPField)?

    mutating func field(of secret: Secret) -> HTTPField {
        if let last, last.secret == secret { return last.field }
        let field = HTTPField(name: .amzSecurityToken, value: secret.text)
        last = (secret, field)
        return field
    }
}

import HTTPTypes

/// The most recent session token as a field.
///
/// Creating a field checks each byte of the value, and a token has a thousand. The check is done once for a
/// token, not for each request.
struct TokenField {
    private var last: (secret: Secret, field: HTTPField)?

    /// Returns the field of the token, the same one as before if the token is the same.
    mutating func field(of secret: Secret) -> HTTPField {
        if let last, last.secret == secret { return last.field }
        let field = HTTPField(name: .amzSecurityToken, value: secret.text)
        last = (secret, field)
        return field
    }
}

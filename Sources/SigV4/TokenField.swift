import HTTPTypes

/// The most recent session token as the value of a field.
///
/// A line break in a token would end its field, so HTTPTypes makes it a space. The check is done once for a token,
/// not for each request.
struct TokenField {
    private var last: (secret: Secret, value: String)?

    /// Returns the value of the token, the same one as before if the token is the same.
    mutating func value(of secret: Secret) -> String {
        if let last, last.secret == secret { return last.value }
        let value = HTTPField(name: .amzSecurityToken, value: secret.text).value
        last = (secret, value)
        return value
    }
}

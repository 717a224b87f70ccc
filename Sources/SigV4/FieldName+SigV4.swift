package import HTTPTypes

extension HTTPField.Name {
    /// The signing time: `20150830T123600Z`.
    package static let amzDate = known("x-amz-date")
    /// The session token of temporary credentials.
    package static let amzSecurityToken = known("x-amz-security-token")

    /// Returns the name of a literal.
    ///
    /// Only a bug, not an input, could make the literal invalid.
    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("not a field name: \(name)") }
        return name
    }
}

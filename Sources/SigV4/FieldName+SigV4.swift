package import HTTPTypes

extension HTTPField.Name {
    /// When the request was signed: `20150830T123600Z`.
    package static let amzDate = known("x-amz-date")
    /// The session token of temporary credentials.
    package static let amzSecurityToken = known("x-amz-security-token")

    /// A name that is right by its spelling here: a bug, not an input, could make it wrong.
    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("not a field name: \(name)") }
        return name
    }
}

package import SigV4

/// The source of credentials in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
///
/// `AWS_SECURITY_TOKEN` is the old name of the token, which counts where the new one is not set, as in botocore.
///
/// A blank variable counts as not set, as in the AWS SDKs. One of the two keys without the other is an error: its
/// operator meant it to be used.
package struct EnvironmentCredentials: CredentialsSource {
    package let name = CredentialsSourceName.environment
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    package func load() async throws(CredentialsError) -> Credentials? {
        let accessKeyID = value("AWS_ACCESS_KEY_ID")
        let secretAccessKey = value("AWS_SECRET_ACCESS_KEY")
        switch (accessKeyID, secretAccessKey) {
        case (nil, nil):
            return nil
        case (.some, nil):
            throw CredentialsError(name, "'AWS_ACCESS_KEY_ID' is set alone; set AWS_SECRET_ACCESS_KEY too")
        case (nil, .some):
            throw CredentialsError(name, "'AWS_SECRET_ACCESS_KEY' is set alone; set AWS_ACCESS_KEY_ID too")
        case (.some(let accessKeyID), .some(let secretAccessKey)):
            return Credentials(
                accessKeyID: accessKeyID,
                secretAccessKey: Secret(secretAccessKey),
                sessionToken: (value("AWS_SESSION_TOKEN") ?? value("AWS_SECURITY_TOKEN")).map { Secret($0) }
            )
        }
    }

    /// Returns the value of a variable; nil if it is blank.
    private func value(_ variable: String) -> String? {
        guard let text = environment[variable].map({ $0.trimmed }), !text.isEmpty else { return nil }
        return text
    }
}

package import SigV4

/// The source of credentials of a role that a token in a file stands for: IAM roles for service accounts (IRSA).
///
/// It is on where `AWS_WEB_IDENTITY_TOKEN_FILE` is set. `AWS_ROLE_ARN` names the role, and `AWS_ROLE_SESSION_NAME`
/// the session. The file is read at each load, because kubelet replaces it while the process runs.
package struct WebIdentityCredentials: CredentialsSource {
    package let name = CredentialsSourceName.webIdentity
    private let environment: [String: String]
    private let services: CredentialServices
    private let read: ProfileCredentials.Reader

    package init(
        environment: [String: String],
        services: CredentialServices,
        read: @escaping ProfileCredentials.Reader = WebIdentity.readToken
    ) {
        self.environment = environment
        self.services = services
        self.read = read
    }

    package func load() async throws(CredentialsError) -> Credentials? {
        guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let arn = value("AWS_ROLE_ARN") else {
            throw CredentialsError(name, "'AWS_WEB_IDENTITY_TOKEN_FILE' is set alone; set AWS_ROLE_ARN too")
        }
        let role = AssumedRole(
            arn: arn,
            sessionName: value("AWS_ROLE_SESSION_NAME") ?? services.sessionName
        )
        let identity = WebIdentity(
            role: role,
            tokenFile: file,
            name: name,
            prefix: "web identity of the environment"
        )
        return try await identity.load(services.sts(), read: read)
    }

    /// Returns the value of a variable; nil if it is blank.
    private func value(_ variable: String) -> String? {
        guard let text = environment[variable].map({ $0.trimmed }), !text.isEmpty else { return nil }
        return text
    }
}

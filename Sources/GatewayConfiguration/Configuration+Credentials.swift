package import CredentialSources

extension Configuration {
    /// The search for the AWS credentials of the gateway: sources in their order, and what they need.
    ///
    /// It holds no credentials itself.
    package struct Credentials: Sendable, Equatable {
        package var sources = CredentialsSourceName.allCases
        package var profile: String?
        package var files = CredentialFiles()
        package var assumeRole = AssumeRole()
    }

    /// The shared files; nil: the files that the AWS variables name, or `~/.aws/credentials` and `~/.aws/config`.
    package struct CredentialFiles: Sendable, Equatable {
        package var credentials: String?
        package var config: String?
    }

    /// The role to assume with the credentials found.
    package struct AssumeRole: Sendable, Equatable {
        package var arn: String?
    }
}

extension CredentialsSourceName {
    /// Whether this version has the source; the default list may name one that it lacks.
    var isSupported: Bool {
        switch self {
        case .environment, .profile: true
        case .webIdentity, .container, .instance: false
        }
    }
}

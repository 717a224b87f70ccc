package import CognitoSync
package import CredentialSources

extension Configuration {
    /// The search for the AWS credentials of the gateway: sources in their order, and what they need.
    ///
    /// It holds no credentials itself.
    package struct Credentials: Sendable, Equatable {
        package var sources = CredentialsSourceName.searched
        package var profile: String?
        package var files = CredentialFiles()
        package var sts = TokenService()
        package var assumeRole = AssumeRole()
        package var roles: [PoolRole] = []
        package var process = CredentialProcess()

        /// Returns the environment for the sources: the keys take the place of the variables of the same meaning.
        package func environment(over environment: [String: String]) -> [String: String] {
            var environment = environment
            if let profile { environment["AWS_PROFILE"] = profile }
            if let file = files.credentials { environment["AWS_SHARED_CREDENTIALS_FILE"] = file }
            if let file = files.config { environment["AWS_CONFIG_FILE"] = file }
            return environment
        }
    }

    /// The shared files; nil: the files that the AWS variables name, or `~/.aws/credentials` and `~/.aws/config`.
    package struct CredentialFiles: Sendable, Equatable {
        package var credentials: String?
        package var config: String?
    }

    /// The security token service (STS) in place of that of the region.
    package struct TokenService: Sendable, Equatable {
        package var endpoint: String?
        package var region: String?
    }

    /// The role to assume with the credentials found.
    package struct AssumeRole: Sendable, Equatable {
        package var arn: String?
        package var externalID: String?
        package var sessionName = "syncgate"
        package var duration = Duration.seconds(3600)
    }

    /// A command that a profile names for its credentials.
    package struct CredentialProcess: Sendable, Equatable {
        package var timeout = Duration.seconds(10)
    }

    /// The role with which the requests for some identity pools are signed.
    package struct PoolRole: Sendable, Equatable {
        /// The most roles of a configuration.
        static let most = 64

        package var identityPools: [IdentityPoolID]
        package var arn: String
        package var externalID: String?
        /// The source of the credentials that assume the role; nil: those of the gateway.
        package var source: CredentialsSourceName?
    }
}

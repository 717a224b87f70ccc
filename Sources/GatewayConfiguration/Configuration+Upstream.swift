extension Configuration {
    /// The service behind, and how it is reached.
    package struct Upstream: Sendable, Equatable {
        /// Signed for; names the endpoint too where none is given.
        package var region = "us-east-1"
        package var endpoint: String?
        package var caFile: String?
        package var proxy: String?
        package var connections = 64
        /// Calls that wait for a connection: half as many as there are connections make nobody wait for longer than
        /// half of what an answer takes.
        package var queue = 32
        /// The longest answer taken, in bytes.
        package var body = 8 << 20
        package var idle = Duration.seconds(40)
        package var maxAge = Duration.seconds(300)
        package var timeouts = UpstreamTimeouts()

        /// Scheme and authority of the service, without a path.
        package var origin: String {
            guard let endpoint else { return Endpoint.url(region: region) }
            return ServiceURL(endpoint)?.redacted ?? endpoint
        }
    }

    package struct UpstreamTimeouts: Sendable, Equatable {
        package var connect = Duration.seconds(1)
        package var firstByte = Duration.seconds(5)
        package var total = Duration.seconds(10)
    }

    /// Where the gateway's own AWS credentials come from, in order.
    package struct CredentialSources: Sendable, Equatable {
        package var sources = CredentialsSourceName.allCases
        package var profile: String?
        package var files = CredentialFiles()
        package var assumeRole = AssumeRole()
    }

    /// The shared files; nil: `~/.aws/credentials` and `~/.aws/config`, or what the AWS variables name.
    package struct CredentialFiles: Sendable, Equatable {
        package var credentials: String?
        package var config: String?
    }

    package struct AssumeRole: Sendable, Equatable {
        package var arn: String?
    }
}

extension CredentialsSourceName {
    /// Whether this version has it; the default list is allowed to name one that it has not.
    var isSupported: Bool {
        switch self {
        case .environment, .profile: true
        case .webIdentity, .container, .instance: false
        }
    }
}

package import CredentialSources
package import GatewayConfiguration
package import Serving
import SigV4
package import Telemetry

extension Service {
    /// The inputs of a start beside the configuration.
    package struct Launch: Sendable {
        /// Reads the configuration again, for SIGHUP and `POST /reload`; nil if there is no file.
        package var reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)?
        /// The path of the configuration file, for the log; nil if there is none.
        package var file: String?
        package var environment: [String: String]
        /// The credentials in place of every configured source; the demo has such.
        package var credentials: (any CredentialsSource)?
        package var build: BuildInformation
        /// The listening sockets that the process was started with.
        package var sockets = ActivationSockets()
        /// The open files and sockets that other parts of the process need, such as an emulator.
        package var reservedDescriptors = 0
        /// False only to prove that the consistency checker finds a cache that ignores writes.
        package var noticesChanges = true
        /// Writes log and access lines.
        package var output: LogOutput

        package init(
            environment: [String: String],
            credentials: (any CredentialsSource)? = nil,
            build: BuildInformation = BuildInformation(),
            output: LogOutput = .standard,
            reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)? = nil
        ) {
            self.environment = environment
            self.credentials = credentials
            self.build = build
            self.output = output
            self.reload = reload
        }
    }

    /// Returns the salt that makes the hashes of identities in the log unguessable.
    ///
    /// It comes from the configured file, or else is `own`, that of this process.
    static func salt(_ log: Configuration.Log, orElse own: [UInt8]) throws(ServiceError) -> [UInt8] {
        guard let file = log.saltFile else { return own }
        do {
            return Array(try AdminToken.read(file).text.utf8)
        } catch {
            throw .configuration([error])
        }
    }
}

extension Configuration {
    /// Returns the sealer with the configured key, or else the given one.
    func sealer(orElse other: TokenSealer) throws(ServiceError) -> TokenSealer {
        guard let file = cache.tokens.keyFile else { return other }
        do {
            return TokenSealer(key: try TokenKey.read(file))
        } catch {
            throw .configuration([error])
        }
    }

    /// The API keys of callers, read from their file; nil without one.
    var apiKeys: APIKeys? {
        get throws(ServiceError) {
            do {
                return try callers.by.apiKey.file.map { path throws(ConfigurationProblem) in
                    try APIKeys.read(path)
                }
            } catch {
                throw .configuration([error])
            }
        }
    }

    /// The access rules of the admin listener, with the tokens read from their files.
    var adminGuard: AdminGuard {
        get throws(ServiceError) {
            AdminGuard(
                tokens: try adminTokens,
                address: admin.address,
                hosts: listen.hosts,
                isOpen: admin.open
            )
        }
    }

    /// The tokens of the admin listener, read from their files.
    private var adminTokens: AdminTokens {
        get throws(ServiceError) {
            do {
                return AdminTokens(
                    admin: try admin.tokenFile.map { path throws(ConfigurationProblem) in
                        try AdminToken.read(path)
                    },
                    streams: try admin.streamsTokenFile.map { path throws(ConfigurationProblem) in
                        try AdminToken.read(path)
                    }
                )
            } catch {
                throw .configuration([error])
            }
        }
    }
}

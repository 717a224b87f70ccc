import SigV4

extension Service {
    /// What the gateway is started with besides its configuration.
    package struct Launch: Sendable {
        /// Reads the configuration anew, for SIGHUP and `POST /reload`; nil if there is no file.
        package var reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)?
        package var environment: [String: String]
        /// Credentials that come in place of every configured source: the demo's.
        package var credentials: (any CredentialsSource)?
        package var build: BuildInformation
        /// Off only to prove that a cache without invalidation is found out.
        package var noticesChanges = true
        /// Where log and access lines go.
        package var output: @Sendable ([UInt8]) -> Void

        package init(
            environment: [String: String],
            credentials: (any CredentialsSource)? = nil,
            build: BuildInformation = BuildInformation(),
            output: @escaping @Sendable ([UInt8]) -> Void = LogWriter.standardOutput,
            reload: (@Sendable () throws(ConfigurationProblems) -> LoadedConfiguration)? = nil
        ) {
            self.environment = environment
            self.credentials = credentials
            self.build = build
            self.output = output
            self.reload = reload
        }
    }

    /// What makes identities' hashes in the log unguessable: the operator's, or one of this process.
    static func salt(_ log: Configuration.Log) throws(ServiceError) -> [UInt8] {
        guard let file = log.saltFile else {
            return (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        }
        do {
            return Array(try AdminToken.read(file).text.utf8)
        } catch {
            throw .configuration([error])
        }
    }
}

extension Configuration {
    /// By the key of the operator's, or else the given one.
    func sealer(orElse other: TokenSealer) throws(ServiceError) -> TokenSealer {
        guard let file = cache.tokens.keyFile else { return other }
        do {
            return TokenSealer(key: try TokenKey.read(file))
        } catch {
            throw .configuration([error])
        }
    }

    var adminToken: Secret? {
        get throws(ServiceError) {
            guard let file = admin.tokenFile else { return nil }
            do {
                return try AdminToken.read(file)
            } catch {
                throw .configuration([error])
            }
        }
    }
}

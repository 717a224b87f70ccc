import GatewayConfiguration
import Policy
import Serving
import Synchronization
import Telemetry
import Upstream

/// All that a new configuration needs, loaded and checked, before anything of it is in force.
struct PreparedReload: Sendable {
    let configuration: Configuration
    let binding: UpstreamBinding
    let sealer: TokenSealer
    let access: AdminGuard
    let keys: APIKeys?
    let salt: [UInt8]
    let bounds: ServiceBounds
    let listener: PreparedServer
    let admin: PreparedServer
}

extension Service {
    /// Reads every file of a configuration, and binds its new addresses.
    ///
    /// - Throws: All that is wrong; then nothing has changed, and what was bound is released.
    func prepare(_ configuration: Configuration) async throws(ConfigurationProblems) -> PreparedReload {
        let (old, server, admin) = state.withLock { ($0.binding, $0.server, $0.admin) }
        guard let server, let admin else { throw Self.problem("workers", "the gateway has not started yet") }
        let sealer: TokenSealer
        let access: AdminGuard
        let keys: APIKeys?
        let salt: [UInt8]
        let binding: UpstreamBinding
        do throws(ServiceError) {
            sealer = try configuration.sealer(orElse: ownSealer)
            access = try configuration.adminGuard
            keys = try configuration.apiKeys
            salt = try Self.salt(configuration.log, orElse: ownSalt)
            binding = try UpstreamBinding(
                configuration,
                search: launch.search(configuration),
                credentialsStatus: CredentialsStatus(
                    metrics: reporter.metrics,
                    logger: logger,
                    failures: failures
                ),
                clock: clock,
                metrics: reporter.metrics,
                meter: admission,
                succeeding: old
            )
        } catch {
            throw error.problems
        }
        let bounds = bounds(of: configuration)
        do throws(ConfigurationProblems) {
            let listener = try await Self.prepare(
                Self.listener(configuration, bounds: bounds, loops: loops),
                of: server,
                key: "listen"
            )
            do throws(ConfigurationProblems) {
                let admin = try await Self.prepare(
                    Self.adminListener(configuration, bounds: bounds, loops: adminLoop),
                    of: admin,
                    key: "admin"
                )
                return PreparedReload(
                    configuration: configuration,
                    binding: binding,
                    sealer: sealer,
                    access: access,
                    keys: keys,
                    salt: salt,
                    bounds: bounds,
                    listener: listener,
                    admin: admin
                )
            } catch {
                await listener.abandon()
                throw error
            }
        } catch {
            if binding.client !== old.client { await binding.client.stop() }
            throw error
        }
    }

    /// Loads the files of a listener, and binds its address if that is another one.
    static func prepare(
        _ configuration: ServerConfiguration,
        of server: HTTPServer,
        key: String
    ) async throws(ConfigurationProblems) -> PreparedServer {
        do {
            return try await server.prepare(configuration)
        } catch {
            throw problem(error.key(in: key), error.description)
        }
    }

    static func problem(_ key: String, _ message: String) -> ConfigurationProblems {
        let text = "\(key): \(message)"
        return ConfigurationProblems(all: [ConfigurationProblem(location: .standard(key: key), message: text)]
        )
    }
}

extension ServingError {
    /// Returns the key to blame in a section, `listen` or `admin`.
    func key(in section: String) -> String {
        switch self {
        case .badAddress, .cannotBind: "\(section).address"
        case .badTLS(let fault): "\(section).tls.\(fault.part.rawValue)"
        }
    }
}

import Foundation
import GatewayConfiguration
import Serving

/// The listening sockets of a supervisor, and what they mean for the configuration.
enum Activation {
    /// Takes the sockets that the environment names, and hides the variables from other programs.
    static func sockets(_ environment: [String: String]) throws -> ActivationSockets {
        for variable in ActivationSockets.variables { unsafe unsetenv(variable) }
        do {
            return try ActivationSockets(environment: environment, processID: getpid())
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.cannotBind
        }
    }

    /// Returns the addresses of the sockets, which stand above all others, also in a reload.
    static func overrides(_ sockets: ActivationSockets) -> [ConfigurationOverride] {
        let pairs = [("listen.address", sockets.gateway), ("admin.address", sockets.admin)]
        return pairs.compactMap { key, socket in
            socket.map { ConfigurationOverride(key: key, value: $0.address.description, flag: "LISTEN_FDS") }
        }
    }
}

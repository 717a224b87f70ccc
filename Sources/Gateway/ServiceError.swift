package import GatewayConfiguration
package import Serving

/// The reason that the gateway did not start.
package enum ServiceError: Error, Sendable, CustomStringConvertible {
    /// An address that is taken, or that this machine does not have (exit code 69).
    case cannotBind(ServingError)
    /// A file, an address or a value of the configuration that cannot be used (exit code 78).
    case configuration([ConfigurationProblem])
    /// Another refusal by the system.
    case failed(String)

    /// Creates the error of a listener that does not start; `key` is its configuration key.
    package init(_ error: ServingError, key: String) {
        switch error {
        case .cannotBind:
            self = .cannotBind(error)
        case .badAddress, .badTLS:
            self = .configuration([
                ConfigurationProblem(
                    location: .standard(key: error.key(in: key)),
                    message: "\(error.key(in: key)): \(error.description)"
                )
            ])
        }
    }

    /// The error as problems of the configuration, for a reload.
    var problems: ConfigurationProblems {
        switch self {
        case .configuration(let problems): ConfigurationProblems(all: problems)
        case .cannotBind, .failed:
            ConfigurationProblems(all: [
                ConfigurationProblem(location: .standard(key: "upstream"), message: description)
            ])
        }
    }

    package var description: String {
        switch self {
        case .cannotBind(let error): error.description
        case .configuration(let problems): ConfigurationProblems(all: problems).description
        case .failed(let reason): reason
        }
    }
}

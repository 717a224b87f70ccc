package import Serving

/// Why the gateway did not start.
package enum ServiceError: Error, Sendable, CustomStringConvertible {
    /// The address is taken, or not ours (exit code 69).
    case cannotBind(ServingError)
    /// Something that the configuration names cannot be used (exit code 78).
    case configuration([ConfigurationProblem])
    /// The system refused something else.
    case failed(String)

    package init(_ error: ServingError, key: String) {
        switch error {
        case .cannotBind:
            self = .cannotBind(error)
        case .badAddress, .badTLS:
            self = .configuration([
                ConfigurationProblem(location: .standard(key: key), message: error.description)
            ])
        }
    }

    /// The same as problems of the configuration.
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

@testable import GatewayConfiguration

/// Returns the configuration of a text, or its problems.
func load(
    _ text: String,
    environment: [String: String] = [:],
    overrides: [ConfigurationOverride] = []
) -> Result<LoadedConfiguration, ConfigurationProblems> {
    Result { () throws(ConfigurationProblems) in
        try Configuration.load(text: text, name: "f.yaml", environment: environment, overrides: overrides)
    }
}

/// Returns the problems of a text as they are printed.
func problems(
    _ text: String,
    environment: [String: String] = [:],
    overrides: [ConfigurationOverride] = []
) -> [String] {
    switch load(text, environment: environment, overrides: overrides) {
    case .success: []
    case .failure(let problems): problems.all.map(\.description)
    }
}

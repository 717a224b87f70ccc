@testable import Gateway

/// What loading a text comes to: the configuration, or what is wrong, one line each.
func load(
    _ text: String,
    environment: [String: String] = [:],
    overrides: [ConfigurationOverride] = []
) -> Result<LoadedConfiguration, ConfigurationProblems> {
    Result { () throws(ConfigurationProblems) in
        try Configuration.load(text: text, name: "f.yaml", environment: environment, overrides: overrides)
    }
}

/// The problems of a text, printed.
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

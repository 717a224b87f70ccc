extension Configuration {
    /// Returns the defaults, overridden by the file, then by `SYNCGATE_…` variables, then by options.
    ///
    /// Without a file, the defaults take its place. `${VAR}` in the file takes its value from `environment` too. The
    /// error has all faults at once.
    package static func load(
        file: String? = nil,
        environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationProblems) -> LoadedConfiguration {
        guard let file else {
            return try load(text: "", name: "", environment: environment, overrides: overrides)
        }
        let text: String
        do {
            text = try ConfigurationFile.read(file)
        } catch {
            throw ConfigurationProblems(all: [error])
        }
        return try load(text: text, name: file, environment: environment, overrides: overrides)
    }

    /// Returns the configuration of a text in place of a file.
    ///
    /// Messages call the text by `name`. The error has all faults at once.
    package static func load(
        text: String,
        name: String,
        environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationProblems) -> LoadedConfiguration {
        var reader = ConfigurationReader(file: name, environment: environment)
        reader.readFile(text)
        reader.readEnvironment()
        for override in overrides { reader.readOverride(override) }
        reader.readAmbient()
        reader.check()
        guard reader.problems.isEmpty else { throw ConfigurationProblems(all: reader.problems.inOrder) }
        return LoadedConfiguration(
            configuration: reader.configuration,
            warnings: reader.warnings.inOrder,
            profileRegion: reader.profileRegion
        )
    }
}

/// A configuration without a fault, with warnings about its doubtful values.
package struct LoadedConfiguration: Sendable, Equatable {
    package var configuration: Configuration
    package var warnings: [ConfigurationProblem]
    /// The region that the profile gave, where nothing else gave one.
    var profileRegion: String?
}

/// A setting that a variable gives, or else the chosen profile of the shared files.
package struct SharedValues: Sendable {
    private let environment: [String: String]
    private let read: ProfileCredentials.Reader

    package init(
        environment: [String: String],
        read: @escaping ProfileCredentials.Reader = SharedFile.read
    ) {
        self.environment = environment
        self.read = read
    }

    /// Returns the value of a variable; nil if it is blank.
    package func variable(_ name: String) -> String? {
        guard let text = environment[name].map({ $0.trimmed }), !text.isEmpty else { return nil }
        return text
    }

    /// The path of the configuration file, for messages about a property.
    package var configPath: String { ProfileLocations(environment: environment).config }

    /// Returns the value of a property of the chosen profile; nil without the profile or the property.
    ///
    /// The files are read again each time, because they change while the process runs.
    package func property(_ name: String) throws(CredentialsError) -> String? {
        let locations = ProfileLocations(environment: environment)
        let profiles = try Profiles(at: locations, by: read)
        guard let text = profiles.profiles[locations.profile]?[name], !text.isEmpty else { return nil }
        return text
    }
}

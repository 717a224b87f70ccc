package import SigV4

/// Credentials from the shared configuration and credentials files.
///
/// The files are read anew at each load. Of the ways in which a profile can name credentials, the two keys are
/// built; the others are errors that name the property, since passing them over would mean signing as somebody
/// else. Where several are there, the order is that of botocore: a role, a web identity or SSO come before the
/// keys, a process after them.
package struct ProfileCredentials: CredentialsSource {
    /// Reads a file whole; nil where there is none.
    package typealias Reader = @Sendable (_ path: String) throws(CredentialsError) -> [UInt8]?

    package let name = CredentialsSourceName.profile
    private let locations: ProfileLocations
    private let read: Reader

    private static let beforeKeys = [
        "role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id",
    ]
    private static let afterKeys = ["credential_process"]

    package init(environment: [String: String], read: @escaping Reader = SharedFile.read) {
        locations = ProfileLocations(environment: environment)
        self.read = read
    }

    package func load() async throws(CredentialsError) -> Credentials? {
        let profiles = Profiles(
            config: try file(locations.config),
            credentials: try file(locations.credentials)
        )
        guard let properties = profiles.profiles[locations.profile] else {
            guard locations.isProfileChosen else { return nil }
            throw error("is neither in \(locations.config) nor in \(locations.credentials)")
        }
        if let property = Self.beforeKeys.first(where: { properties[$0] != nil }) {
            throw error("needs \(property), which is not supported yet")
        }
        if let credentials = try keys(properties) { return credentials }
        if let property = Self.afterKeys.first(where: { properties[$0] != nil }) {
            throw error("needs \(property), which is not supported yet")
        }
        return nil
    }

    private func keys(_ properties: Profiles.Properties) throws(CredentialsError) -> Credentials? {
        func value(_ property: String) -> String? {
            properties[property].flatMap { $0.isEmpty ? nil : $0 }
        }
        switch (value("aws_access_key_id"), value("aws_secret_access_key")) {
        case (nil, nil):
            return nil
        case (.some, nil):
            throw error("has aws_access_key_id and no aws_secret_access_key")
        case (nil, .some):
            throw error("has aws_secret_access_key and no aws_access_key_id")
        case (.some(let accessKeyID), .some(let secretAccessKey)):
            return Credentials(
                accessKeyID: accessKeyID,
                secretAccessKey: Secret(secretAccessKey),
                sessionToken: value("aws_session_token").map { Secret($0) }
            )
        }
    }

    private func file(_ path: String) throws(CredentialsError) -> ProfileFile? {
        guard let bytes = try read(path) else { return nil }
        do {
            return try ProfileFile(bytes)
        } catch {
            throw CredentialsError(
                name,
                "could not parse profile file \(path), line \(error.line): \(error.reason)"
            )
        }
    }

    private func error(_ reason: String) -> CredentialsError {
        CredentialsError(name, "profile '\(locations.profile)' \(reason)")
    }
}

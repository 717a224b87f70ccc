package import SigV4

/// The source of credentials in the shared configuration and credentials files.
///
/// Each load reads the files again. A profile can name credentials in several ways. This version takes the two
/// keys. The other ways are errors that name the property: to pass one over would mean to sign as another
/// identity. Where a profile has several ways, the order is that of botocore. A role, a web identity and SSO come
/// before the keys; a process comes after them.
package struct ProfileCredentials: CredentialsSource {
    /// A function that returns a whole file; nil where there is none.
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
            throw error(
                "is in neither '\(locations.config)' nor '\(locations.credentials)'; add it or choose another"
            )
        }
        if let property = Self.beforeKeys.first(where: { properties[$0] != nil }) {
            throw error("needs \(property), which is not supported yet; use a profile with two keys")
        }
        if let credentials = try keys(properties) { return credentials }
        if let property = Self.afterKeys.first(where: { properties[$0] != nil }) {
            throw error("needs \(property), which is not supported yet; use a profile with two keys")
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
            throw error("has aws_access_key_id alone; add aws_secret_access_key")
        case (nil, .some):
            throw error("has aws_secret_access_key alone; add aws_access_key_id")
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
                "could not parse profile file '\(path)', line \(error.line): \(error.reason)"
            )
        }
    }

    private func error(_ reason: String) -> CredentialsError {
        CredentialsError(name, "profile '\(locations.profile)' \(reason)")
    }
}

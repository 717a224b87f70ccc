/// The profiles of the configuration file and the credentials file together.
///
/// A profile is `[profile name]` in the configuration file and `[name]` in the credentials file. The credentials
/// file wins, property by property. `[default]` needs no prefix, and is passed over beside `[profile default]`.
/// Sections of other kinds are passed over, and sections and properties whose names are not valid, as in the AWS
/// SDKs.
struct Profiles: Equatable {
    typealias Properties = [String: String]

    private(set) var profiles: [String: Properties] = [:]
    /// The sections `[sso-session name]` of the configuration file.
    private(set) var sessions: [String: Properties] = [:]

    init(config: ProfileFile? = nil, credentials: ProfileFile? = nil) {
        let sections = config?.sections ?? []
        let hasPrefixedDefault = sections.contains { Self.name($0, after: "profile") == "default" }
        for section in sections {
            if let name = Self.name(section, after: "profile") {
                merge(section, as: name)
            } else if let name = Self.name(section, after: "sso-session") {
                sessions[name, default: [:]].merge(section.properties) { _, later in later }
            } else if section.name == "default", !hasPrefixedDefault {
                merge(section, as: section.name)
            }
        }
        for section in credentials?.sections ?? [] where Self.isIdentifier(section.name) {
            merge(section, as: section.name)
        }
    }

    /// Reads the profiles of both files.
    init(at locations: ProfileLocations, by read: ProfileCredentials.Reader) throws(CredentialsError) {
        self.init(
            config: try Self.file(locations.config, by: read),
            credentials: try Self.file(locations.credentials, by: read)
        )
    }

    /// Reads a file; nil where there is none.
    private static func file(
        _ path: String,
        by read: ProfileCredentials.Reader
    ) throws(CredentialsError) -> ProfileFile? {
        guard let bytes = try read(path) else { return nil }
        do {
            return try ProfileFile(bytes)
        } catch {
            throw CredentialsError(
                .profile,
                "could not parse profile file '\(path)', line \(error.line): \(error.reason)"
            )
        }
    }

    private mutating func merge(_ section: ProfileFile.Section, as name: String) {
        let properties = section.properties.filter { Self.isIdentifier($0.key) }
        profiles[name, default: [:]].merge(properties) { _, later in later }
    }

    /// Returns the name behind a prefix and white space; nil without them, or if it is not a valid name.
    private static func name(_ section: ProfileFile.Section, after prefix: String) -> String? {
        guard section.name.hasPrefix(prefix) else { return nil }
        let rest = section.name.dropFirst(prefix.count)
        guard rest.first == " " || rest.first == "\t" else { return nil }
        let name = String(rest).trimmed
        return isIdentifier(name) ? name : nil
    }

    private static func isIdentifier(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_/.%@:+".utf8.contains(byte)
                }
            }
    }
}

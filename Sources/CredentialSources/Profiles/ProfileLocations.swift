/// The paths of the shared files, and the name of the profile.
///
/// They come from `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` and `AWS_PROFILE`. Their defaults are
/// `~/.aws/config`, `~/.aws/credentials` and `default`. A `~` in front of a slash is `HOME`. Without `HOME` it
/// stays, and no such file will be found. A blank variable counts as not set.
struct ProfileLocations: Equatable {
    var config: String
    var credentials: String
    var profile: String
    /// Whether the operator named this profile, so that its absence is an error.
    var isProfileChosen: Bool

    init(environment: [String: String]) {
        func value(_ variable: String) -> String? {
            guard let text = environment[variable], !text.trimmed.isEmpty else { return nil }
            return text
        }
        func path(_ variable: String, _ usual: String) -> String {
            let path = value(variable) ?? usual
            guard path.hasPrefix("~/"), let home = value("HOME") else { return path }
            return Self.path(path.dropFirst(), under: home)
        }
        config = path("AWS_CONFIG_FILE", "~/.aws/config")
        credentials = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        let chosen = value("AWS_PROFILE")
        profile = chosen ?? "default"
        isProfileChosen = chosen != nil
    }

    /// Returns a path that begins with a slash under the home folder, which may end with one.
    static func path(_ rest: some StringProtocol, under home: String) -> String {
        (home.hasSuffix("/") ? String(home.dropLast()) : home) + rest
    }
}

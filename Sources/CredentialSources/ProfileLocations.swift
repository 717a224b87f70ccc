/// Where the shared files are, and which profile is meant.
///
/// `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` and `AWS_PROFILE`, and what holds without them:
/// `~/.aws/config`, `~/.aws/credentials`, `default`. A `~` in front of a slash is `HOME`; without `HOME` it
/// stays, and no such file will be found. Variables that are set and blank count as not set.
struct ProfileLocations: Equatable {
    var config: String
    var credentials: String
    var profile: String
    /// Whether somebody asked for this profile, so that its absence is an error.
    var isProfileChosen: Bool

    init(environment: [String: String]) {
        func value(_ variable: String) -> String? {
            guard let text = environment[variable], !text.trimmed.isEmpty else { return nil }
            return text
        }
        func path(_ variable: String, _ usual: String) -> String {
            let path = value(variable) ?? usual
            guard path.hasPrefix("~/"), let home = value("HOME") else { return path }
            return (home.hasSuffix("/") ? String(home.dropLast()) : home) + path.dropFirst()
        }
        config = path("AWS_CONFIG_FILE", "~/.aws/config")
        credentials = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        let chosen = value("AWS_PROFILE")
        profile = chosen ?? "default"
        isProfileChosen = chosen != nil
    }
}

import Messages
import SigV4

/// The decision how a profile gives credentials; it reads no file and asks nobody.
///
/// A profile is for a role, or has keys, or names another way. Where it has several, the order is: web identity,
/// role, keys, SSO, `aws login`, process. Of a source profile the keys come first: they are why it is named.
struct ProfilePlanner {
    typealias Properties = Profiles.Properties

    /// The most profiles of one chain.
    static let longestChain = 16

    let profiles: Profiles
    let locations: ProfileLocations
    /// The name of sessions without one of their own.
    let sessionName: String

    /// Returns the plan of a profile; nil where it says nothing about credentials.
    func plan(for name: String) throws(CredentialsError) -> ProfilePlan? {
        var chain: [String] = []
        var steps: [ProfilePlan.Step] = []
        var current = name
        while true {
            let isSource = !chain.isEmpty
            guard let properties = profiles.profiles[current] else {
                let place = "is in neither '\(locations.config)' nor '\(locations.credentials)'; add it"
                guard let last = chain.last else { throw error(current, "\(place) or choose another") }
                throw error(last, "names source_profile '\(current)', which \(place)")
            }
            // A profile that is its own source gives its keys.
            guard !chain.contains(current) || chain.last == current, chain.count < Self.longestChain else {
                let names = (chain + [current]).map { "'\($0)'" }.joined(separator: " → ")
                throw error(
                    name,
                    "has a loop of source_profile: \(names); end it with a profile that has keys"
                )
            }
            let reader = ProfileProperties(profile: current, properties)
            if isSource, let keys = try reader.keys() {
                return plan(.keys(keys), of: current, steps)
            }
            guard chain.last != current else {
                throw error(current, "is its own source_profile and has no keys; add them or name another")
            }
            chain.append(current)
            guard reader["role_arn"] != nil, reader["web_identity_token_file"] == nil else {
                guard let base = try base(reader) else {
                    guard isSource else { return nil }
                    throw error(current, "is a source_profile and has no credentials; add keys or a role")
                }
                return plan(base, of: current, steps)
            }
            steps.append(ProfilePlan.Step(profile: current, role: try role(reader)))
            switch (reader["source_profile"], reader["credential_source"]) {
            case (nil, nil):
                throw error(current, "has role_arn without source_profile or credential_source; add one")
            case (.some, .some):
                throw error(current, "has both source_profile and credential_source; remove one")
            case (.some(let source), nil):
                current = source
            case (nil, .some(let source)):
                guard let named = ProfilePlan.NamedSource(rawValue: source) else {
                    let known = "Environment, EcsContainer or Ec2InstanceMetadata"
                    throw error(current, "has an unknown credential_source; write \(known)")
                }
                return plan(.named(named), of: current, steps)
            }
        }
    }

    private func plan(
        _ base: ProfilePlan.Base,
        of profile: String,
        _ steps: [ProfilePlan.Step]
    ) -> ProfilePlan {
        ProfilePlan(profile: profile, base: base, steps: steps.reversed())
    }

    /// Returns the credentials that a profile without another profile gives; nil where it names none.
    private func base(_ reader: ProfileProperties) throws(CredentialsError) -> ProfilePlan.Base? {
        if let file = reader["web_identity_token_file"] {
            guard reader["role_arn"] != nil else {
                throw reader.error("has web_identity_token_file without role_arn; add it")
            }
            let identity = WebIdentity(
                role: try role(reader),
                tokenFile: file,
                name: .profile,
                prefix: "profile '\(reader.profile)'"
            )
            return .webIdentity(identity)
        }
        if let keys = try reader.keys() { return .keys(keys) }
        if let sso = try SingleSignOn(reader, sessions: profiles.sessions) { return .singleSignOn(sso) }
        if reader["login_session"] != nil {
            throw reader.error("needs login_session, the login of a person (aws login); use a role or keys")
        }
        return reader["credential_process"].map { .process($0) }
    }

    private func role(_ reader: ProfileProperties) throws(CredentialsError) -> AssumedRole {
        if reader["mfa_serial"] != nil {
            throw reader.error("has mfa_serial, which needs a person; use a role without it")
        }
        let duration = try reader["duration_seconds"].map { text throws(CredentialsError) in
            guard text.utf8.allSatisfy(\.isDigit), let seconds = Int64(text) else {
                throw reader.error("has a duration_seconds that is not a number; write 900 to 43200")
            }
            return seconds
        }
        let role = AssumedRole(
            arn: reader["role_arn"] ?? "",
            externalID: reader["external_id"],
            sessionName: reader["role_session_name"] ?? sessionName,
            duration: duration
        )
        if let fault = role.fault { throw reader.error(fault) }
        return role
    }

    private func error(_ profile: String, _ reason: String) -> CredentialsError {
        CredentialsError(.profile, "profile '\(profile)' \(reason)")
    }
}

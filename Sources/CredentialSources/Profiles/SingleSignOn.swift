import Cryptography
import Messages

/// A role of IAM Identity Center (SSO), with the name under which the login of a person is cached.
///
/// The gateway uses a login that is there and never renews one: a server should not depend on a person.
struct SingleSignOn: Equatable {
    var profile: String
    var account: String
    var role: String
    var region: String
    /// The name of the session, or else the start URL; its digest names the file of the login.
    var cacheKey: String

    /// Reads the properties of a profile; nil where it has none of SSO.
    init?(
        _ reader: ProfileProperties,
        sessions: [String: Profiles.Properties]
    ) throws(CredentialsError) {
        let session = reader["sso_session"]
        guard session ?? reader["sso_start_url"] ?? reader["sso_account_id"] ?? reader["sso_role_name"] != nil
        else { return nil }
        let properties: Profiles.Properties?
        if let session {
            properties = sessions[session]
            guard properties != nil else {
                throw reader.error(
                    "names sso_session '\(session)', which is not there; add [sso-session \(session)]"
                )
            }
        } else {
            properties = nil
        }
        func shared(_ property: String) throws(CredentialsError) -> String {
            let own = reader[property]
            guard let session else {
                guard let own else { throw reader.error("has no \(property), which SSO needs; add it") }
                return own
            }
            guard let value = properties?[property], !value.isEmpty else {
                throw reader.error(
                    "has an sso_session without \(property); add it to [sso-session \(session)]"
                )
            }
            guard own == nil || own == value else {
                throw reader.error("has another \(property) than its sso_session; remove it from the profile")
            }
            return value
        }
        guard let account = reader["sso_account_id"], let role = reader["sso_role_name"] else {
            let missing = reader["sso_account_id"] == nil ? "sso_account_id" : "sso_role_name"
            throw reader.error("has SSO without \(missing), so that it stands for no role; add it")
        }
        profile = reader.profile
        self.account = account
        self.role = role
        region = try shared("sso_region")
        let startURL = try shared("sso_start_url")
        cacheKey = session ?? startURL
    }

    /// The path of the cached login under the home folder.
    func cacheFile(home: String) -> String {
        let name = Hexadecimal.text(Digest.sha1(Array(cacheKey.utf8)))
        return ProfileLocations.path("/.aws/sso/cache/\(name).json", under: home)
    }

    /// The target of the request for credentials.
    var path: String {
        var path = Array("/federation/credentials?role_name=".utf8)
        PercentCoding.append(role, to: &path)
        path.append(contentsOf: "&account_id=".utf8)
        PercentCoding.append(account, to: &path)
        return String(decoding: path, as: UTF8.self)
    }
}

import Messages
import SigV4

/// The properties of one profile as they are read for credentials; an empty one counts as not given.
struct ProfileProperties {
    let profile: String
    private let properties: Profiles.Properties

    init(profile: String, _ properties: Profiles.Properties) {
        self.profile = profile
        self.properties = properties
    }

    subscript(_ property: String) -> String? { properties[property].flatMap { $0.isEmpty ? nil : $0 } }

    /// Returns the credentials of the two keys; nil without them.
    ///
    /// The token has an old name too, `aws_security_token`, which counts where the new one is not given.
    func keys() throws(CredentialsError) -> Credentials? {
        switch (self["aws_access_key_id"], self["aws_secret_access_key"]) {
        case (nil, nil):
            return nil
        case (.some, nil):
            throw error("has aws_access_key_id alone; add aws_secret_access_key")
        case (nil, .some):
            throw error("has aws_secret_access_key alone; add aws_access_key_id")
        case (.some(let accessKeyID), .some(let secretAccessKey)):
            let tokenName = self["aws_session_token"] == nil ? "aws_security_token" : "aws_session_token"
            return Credentials(
                accessKeyID: try checked(accessKeyID, "aws_access_key_id"),
                secretAccessKey: Secret(try checked(secretAccessKey, "aws_secret_access_key")),
                sessionToken: try self[tokenName].map { token throws(CredentialsError) in
                    Secret(try checked(token, tokenName))
                },
                expiration: try expiration()
            )
        }
    }

    /// Returns a key that can be part of a header; the files know no quotes, so AWS would refuse a quoted one.
    private func checked(_ value: String, _ property: String) throws(CredentialsError) -> String {
        if value.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) {
            throw error("has quotes in \(property), which these files do not have; remove them")
        }
        guard FieldText.isVisible(value) else {
            throw error("has white space or other bytes in \(property) that no key has; remove them")
        }
        return value
    }

    /// Returns the end of the keys, which tools write beside them, in seconds since 1970.
    private func expiration() throws(CredentialsError) -> Int64? {
        guard let text = self["aws_expiration"] else { return nil }
        let isSpaced = text.utf8.count > 10 && text.utf8.dropFirst(10).first == UInt8(ascii: " ")
        guard let seconds = RFC3339.seconds(isSpaced ? text.prefix(10) + "T" + text.dropFirst(11) : text)
        else {
            throw error("has an aws_expiration that is not a time; write 2015-08-30T12:36:00Z, or remove it")
        }
        return seconds
    }

    func error(_ reason: String) -> CredentialsError {
        CredentialsError(.profile, "profile '\(profile)' \(reason)")
    }
}

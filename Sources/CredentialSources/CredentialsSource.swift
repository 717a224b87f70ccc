package import SigV4

/// The names of the sources in the configuration, the log and the metrics: a closed set, so they may be label values.
package enum CredentialsSourceName: String, Sendable, CaseIterable {
    /// The sources that a search can have, in the usual order.
    package static let searched: [Self] = [.environment, .webIdentity, .profile, .container, .instance]

    case environment
    case webIdentity = "web_identity"
    case profile
    case container
    case instance
    /// The role of the gateway or of a pool, assumed with the credentials of another source.
    case assumeRole = "assume_role"
    /// The search as a whole: no source has credentials, or none is at fault alone.
    case search
}

/// A source of AWS credentials.
///
/// A source is one type in one file. It keeps no credentials: the provider decides when to load again.
package protocol CredentialsSource: Sendable {
    var name: CredentialsSourceName { get }

    /// Returns the credentials as they are now.
    ///
    /// - Returns: Nil where this source is not configured; the next source is tried then.
    /// - Throws: An error where this source is configured and fails: it must not be passed over in silence.
    func load() async throws(CredentialsError) -> Credentials?

    /// The reason why this source is not configured, for the message that no source is; nil if there is no more to say.
    var absence: String? { get }
}

extension CredentialsSource {
    package var absence: String? { nil }
}

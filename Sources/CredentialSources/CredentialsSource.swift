package import SigV4

/// The sources by the names that the configuration and the metrics use: a closed set, so it may be a label.
package enum CredentialsSourceName: String, Sendable, CaseIterable {
    case environment
    case webIdentity = "web_identity"
    case profile
    case container
    case instance
}

/// A place where AWS credentials may be found.
///
/// A source is one type in one file. It keeps nothing: when to load anew is the provider's business.
package protocol CredentialsSource: Sendable {
    var name: CredentialsSourceName { get }

    /// The credentials as they are now; nil where this source is not configured here, so that the next one is
    /// asked. What is configured and does not work is an error: it must not be passed over in silence.
    func load() async throws(CredentialsError) -> Credentials?
}

package import SigV4

/// The names of the sources in the configuration and the metrics: a closed set, so they may be label values.
package enum CredentialsSourceName: String, Sendable, CaseIterable {
    case environment
    case webIdentity = "web_identity"
    case profile
    case container
    case instance
}

/// A source of AWS credentials.
///
/// A source is one type in one file. It keeps nothing: the provider decides when to load again.
package protocol CredentialsSource: Sendable {
    var name: CredentialsSourceName { get }

    /// Returns the credentials as they are now.
    ///
    /// - Returns: Nil where this source is not configured; the next source is tried then.
    /// - Throws: An error where this source is configured and fails: it must not be passed over in silence.
    func load() async throws(CredentialsError) -> Credentials?
}

package import SigV4

/// Credentials that are simply given: the demo's, and those of tests.
package struct FixedCredentials: CredentialsSource {
    package let name = CredentialsSourceName.environment
    private let credentials: Credentials

    package init(_ credentials: Credentials) { self.credentials = credentials }

    package func load() async throws(CredentialsError) -> Credentials? { credentials }
}

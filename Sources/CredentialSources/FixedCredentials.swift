package import SigV4

/// A source with credentials given at its creation: for the demo and for tests.
package struct FixedCredentials: CredentialsSource {
    package let name = CredentialsSourceName.environment
    private let credentials: Credentials

    package init(_ credentials: Credentials) { self.credentials = credentials }

    package func load() async throws(CredentialsError) -> Credentials? { credentials }
}

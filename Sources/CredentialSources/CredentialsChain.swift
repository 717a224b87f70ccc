package import SigV4

/// The configured sources in their order: the first that has credentials wins.
package struct CredentialsChain: Sendable {
    /// Credentials, and where they were found.
    package struct Found: Sendable, Equatable {
        package var credentials: Credentials
        package var source: CredentialsSourceName
    }

    private let sources: [any CredentialsSource]

    package init(_ sources: [any CredentialsSource]) { self.sources = sources }

    /// Asks one source after the other; the first error ends the search.
    package func load() async throws(CredentialsError) -> Found {
        for source in sources {
            if let credentials = try await source.load() {
                return Found(credentials: credentials, source: source.name)
            }
        }
        let names = sources.map(\.name.rawValue).joined(separator: ", ")
        throw CredentialsError(nil, "no credentials are configured (asked: \(names))")
    }
}

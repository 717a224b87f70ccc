package import SigV4

/// The configured sources in their order; the first with credentials wins.
package struct CredentialsChain: Sendable {
    /// Credentials, with the source that gave them.
    package struct Found: Sendable, Equatable {
        package var credentials: Credentials
        package var source: CredentialsSourceName
    }

    private let sources: [any CredentialsSource]

    package init(_ sources: [any CredentialsSource]) { self.sources = sources }

    /// Returns the credentials of the first source that has any.
    ///
    /// - Throws: The first error of a source, which ends the search, or an error that no source is configured.
    package func load() async throws(CredentialsError) -> Found {
        for source in sources {
            if let credentials = try await source.load() {
                return Found(credentials: credentials, source: source.name)
            }
        }
        let names = sources.map(\.name.rawValue).joined(separator: ", ")
        let reasons = sources.compactMap { source in
            source.absence.map { "\(source.name.rawValue): \($0)" }
        }
        let reason = reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
        throw CredentialsError(nil, "no source has credentials: '\(names)'\(reason); configure one of them")
    }
}

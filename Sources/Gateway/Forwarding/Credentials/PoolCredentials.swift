package import CognitoSync
package import CredentialSources

/// The credentials to sign an operation with: those of the role of its identity pool, or those of the gateway.
///
/// A role is loaded when the first operation needs it. One that fails takes its own pools away and no others.
package struct PoolCredentials: Sendable {
    package let standard: CredentialsProvider
    private let byPool: [IdentityPoolID: CredentialsProvider]

    package init(_ standard: CredentialsProvider, byPool: [IdentityPoolID: CredentialsProvider] = [:]) {
        self.standard = standard
        self.byPool = byPool
    }

    /// Returns the provider for an operation; one without a pool concerns the account of the gateway.
    func provider(for operation: Operation) -> CredentialsProvider {
        guard !byPool.isEmpty, let pool = operation.pool else { return standard }
        return byPool[pool] ?? standard
    }
}

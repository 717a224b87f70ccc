package import CognitoSync
package import CredentialSources

/// The credentials to sign an operation with: those of the role of its identity pool, or those of the gateway.
///
/// A role is loaded when the first operation needs it. One that fails takes its own pools away and no others.
package struct PoolCredentials: Sendable {
    /// The credentials of a role, with its number, by which it is paced.
    package struct Role: Sendable {
        package var provider: CredentialsProvider
        /// The number from 1; 0 for the credentials of the gateway.
        package var number = 0
    }

    private let standard: Role
    private let byPool: [IdentityPoolID: Role]

    package init(_ standard: CredentialsProvider, byPool: [IdentityPoolID: Role] = [:]) {
        self.standard = Role(provider: standard)
        self.byPool = byPool
    }

    /// The roles of pools, each once.
    var roles: [Role] {
        Array(Dictionary(byPool.values.map { ($0.number, $0) }, uniquingKeysWith: { role, _ in role }).values)
    }

    /// Returns the role for an operation; one without a pool concerns the account of the gateway.
    func role(for operation: Operation) -> Role {
        guard !byPool.isEmpty, let pool = operation.pool else { return standard }
        return byPool[pool] ?? standard
    }
}

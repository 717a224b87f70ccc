package import CognitoSync
package import CredentialSources

/// The credentials to sign an operation with: those of the role of its identity pool, or those of the gateway.
///
/// A role is loaded when the first operation needs it. One that fails takes its own pools away and no others.
package struct PoolCredentials: Sendable {
    package let standard: CredentialsProvider
    private let byPool: [IdentityPoolID: CredentialsProvider]
    private let numbers: [IdentityPoolID: Int]

    /// - Parameter numbers: The numbers of the roles of pools, from 1.
    package init(
        _ standard: CredentialsProvider,
        byPool: [IdentityPoolID: CredentialsProvider] = [:],
        numbers: [IdentityPoolID: Int] = [:]
    ) {
        self.standard = standard
        self.byPool = byPool
        self.numbers = numbers
    }

    /// Returns the number of the role for an operation; 0 for the credentials of the gateway.
    func number(for operation: Operation) -> Int {
        guard !numbers.isEmpty, let pool = operation.pool else { return 0 }
        return numbers[pool] ?? 0
    }

    /// Returns the provider for an operation; one without a pool concerns the account of the gateway.
    func provider(for operation: Operation) -> CredentialsProvider {
        guard !byPool.isEmpty, let pool = operation.pool else { return standard }
        return byPool[pool] ?? standard
    }
}

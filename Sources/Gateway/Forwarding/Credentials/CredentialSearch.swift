package import CognitoSync
package import CredentialSources

/// The searches for credentials that a configuration names: that of the gateway, and one for each role of pools.
package struct CredentialSearch: Sendable {
    /// The search for a role of some pools.
    package struct Role: Sendable {
        package var pools: [IdentityPoolID]
        package var chain: CredentialsChain
    }

    package var standard: CredentialsChain
    package var roles: [Role] = []
}

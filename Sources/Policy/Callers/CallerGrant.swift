package import CognitoSync

/// Some operations that a caller may send, in bounds; nil for a bound that is not there.
package struct CallerGrant: Sendable {
    /// The identities of a grant.
    package enum Identities: Sendable, Equatable {
        case all
        /// Those that the caller's verified token names.
        case own
        case only(Set<IdentityID>)
    }

    /// The name for the log; nil: the number of the grant, from 1.
    package var name: String?
    package var operations: OperationSet
    package var pools: Set<IdentityPoolID>?
    package var identities: Identities
    /// The patterns of datasets, see ``DatasetPattern``.
    package var datasets: [String]?

    package init(
        name: String? = nil,
        operations: OperationSet,
        pools: Set<IdentityPoolID>? = nil,
        identities: Identities = .all,
        datasets: [String]? = nil
    ) {
        self.name = name
        self.operations = operations
        self.pools = pools
        self.identities = identities
        self.datasets = datasets
    }
}

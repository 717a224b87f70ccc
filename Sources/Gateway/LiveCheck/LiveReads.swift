import CognitoSync
import GatewayConfiguration

/// The operations that a check tries, and those that it must not try because they change something.
struct LiveReads: Sendable {
    /// The harmless operations, in the order of their names.
    let reads: [Operation]
    /// The allowed operations that are left alone.
    let untried: [OperationName]

    /// Chooses among the allowed operations.
    ///
    /// Each concerns its first allowed pool, or else one that no account has, and an identity and a dataset that nobody
    /// has. AWS looks at the rights first, so that a missing pool proves them as well.
    init(_ configuration: Configuration) {
        let allowed = UsableOperations(configuration)
        let nobody = "\(configuration.upstream.region):00000000-0000-0000-0000-000000000000"
        guard let identity = IdentityID(nobody), let dataset = DatasetName("syncgate-check") else {
            reads = []
            untried = allowed.names
            return
        }
        reads = allowed.names.compactMap { name in
            let pool: IdentityPoolID? =
                switch allowed.pools(of: name) {
                case .all: IdentityPoolID(nobody)
                case .only(let pools): pools.min { $0.text < $1.text }
                }
            guard let pool else { return nil }
            let owner = IdentityScope(pool: pool, identity: identity)
            return Self.read(name, pool, owner, DatasetScope(owner: owner, dataset: dataset))
        }
        let tried = Set(reads.map(\.name))
        untried = allowed.names.filter { !tried.contains($0) }
    }

    /// Returns the operation with the least effort for the service; nil for one that changes something.
    private static func read(
        _ name: OperationName,
        _ pool: IdentityPoolID,
        _ owner: IdentityScope,
        _ scope: DatasetScope
    ) -> Operation? {
        let one = Paging(maxResults: 1)
        return switch name {
        case .describeDataset: .describeDataset(scope)
        case .describeIdentityPoolUsage: .describeIdentityPoolUsage(pool)
        case .describeIdentityUsage: .describeIdentityUsage(owner)
        case .getBulkPublishDetails: .getBulkPublishDetails(pool)
        case .getCognitoEvents: .getCognitoEvents(pool)
        case .getIdentityPoolConfiguration: .getIdentityPoolConfiguration(pool)
        case .listDatasets: .listDatasets(owner, one)
        case .listIdentityPoolUsage: .listIdentityPoolUsage(one)
        case .listRecords: .listRecords(ListRecords(scope: scope, paging: one))
        case .bulkPublish, .deleteDataset, .registerDevice, .setCognitoEvents, .setIdentityPoolConfiguration,
            .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            nil
        }
    }
}

package import CognitoSync

/// A set of metadata reads that a write may change.
package enum InvalidationRule: Hashable, Sendable {
    /// DescribeDataset, and what lists or counts the dataset in its identity.
    case dataset(DatasetScope)
    /// Everything about the identity and its datasets.
    case identity(IdentityScope)
    case poolUsage(IdentityPoolID)
    case poolUsages
    case bulkPublish(IdentityPoolID)
    case events(IdentityPoolID)
    case configuration(IdentityPoolID)
}

extension InvalidationRule {
    /// Returns all that an operation invalidates: the whole policy.
    ///
    /// A field whose change by a write is not documented, such as a date of last modification, counts as changed.
    /// Only time bounds every other change: writers that bypass the gateway, merges of identities,
    /// the progress of a publish, and the number of sync sessions.
    package static func invalidated(by operation: Operation) -> [InvalidationRule] {
        switch operation {
        // Records, size and dates of the dataset, and every total that counts it.
        case .updateRecords(let update): [.dataset(update.scope)] + totals(of: update.scope.owner.pool)

        // "Datasets that this dataset was merged with will no longer report the merge": it is not known which.
        case .deleteDataset(let scope): [.identity(scope.owner)] + totals(of: scope.owner.pool)

        // Reads the records and changes none; only the progress of the publish changes.
        case .bulkPublish(let pool): [.bulkPublish(pool)]

        // The usage of a pool shows when the pool was last modified.
        case .setCognitoEvents(let request): [.events(request.pool)] + totals(of: request.pool)
        case .setIdentityPoolConfiguration(let request):
            [.configuration(request.pool)] + totals(of: request.pool)

        // No read shows a device. Registering one may create its identity, and may count as a modification.
        case .registerDevice(let request): [.identity(request.scope)] + totals(of: request.scope.pool)
        case .subscribeToDataset(let scope, _), .unsubscribeFromDataset(let scope, _):
            [.identity(scope.owner)] + totals(of: scope.owner.pool)

        case .describeDataset, .describeIdentityPoolUsage, .describeIdentityUsage, .getBulkPublishDetails,
            .getCognitoEvents, .getIdentityPoolConfiguration, .listDatasets, .listIdentityPoolUsage,
            .listRecords:
            []
        }
    }

    private static func totals(of pool: IdentityPoolID) -> [InvalidationRule] {
        [.poolUsage(pool), .poolUsages]
    }

    /// The one group that holds everything that this covers.
    package var group: MetadataGroup {
        switch self {
        case .dataset(let scope): .identity(scope.owner)
        case .identity(let owner): .identity(owner)
        case .poolUsage(let pool), .bulkPublish(let pool), .events(let pool), .configuration(let pool):
            .pool(pool)
        case .poolUsages: .account
        }
    }

    /// Returns whether it covers a key of its group.
    func covers(_ key: MetadataKey) -> Bool {
        switch (self, key) {
        case (.dataset(let scope), .dataset(let described)): scope == described
        case (.dataset, .datasets), (.dataset, .identityUsage), (.identity, _): true
        case (.poolUsage, .poolUsage), (.poolUsages, .poolUsages): true
        case (.bulkPublish, .bulkPublish), (.events, .events), (.configuration, .configuration): true
        case (.dataset, _), (.poolUsage, _), (.poolUsages, _), (.bulkPublish, _), (.events, _),
            (.configuration, _):
            false
        }
    }
}

package import CognitoSync

/// What of the eight reads a write may change.
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
    /// Which write voids what: the whole policy.
    ///
    /// Where it is not documented what a write moves, a date of last modification for instance, it is taken to
    /// move it. What changes without any of these writes is bounded by time alone: writers who go round the
    /// gateway, identities that are merged, the progress of a publish, and the number of sync sessions, which
    /// ListRecords may raise.
    package static func invalidated(by operation: Operation) -> [InvalidationRule] {
        switch operation {
        // Records, size and dates of the dataset, and every total that counts it.
        case .updateRecords(let update): [.dataset(update.scope)] + totals(of: update.scope.owner.pool)

        // "Datasets that this dataset was merged with will no longer report the merge": no telling which.
        case .deleteDataset(let scope): [.identity(scope.owner)] + totals(of: scope.owner.pool)

        // Reads the records and changes none; only its own progress is a new one.
        case .bulkPublish(let pool): [.bulkPublish(pool)]

        // The usage of a pool tells when the pool was last modified.
        case .setCognitoEvents(let call): [.events(call.pool)] + totals(of: call.pool)
        case .setIdentityPoolConfiguration(let call): [.configuration(call.pool)] + totals(of: call.pool)

        // No read shows a device; its identity may have come to be by it, and may count as modified.
        case .registerDevice(let call): [.identity(call.scope)] + totals(of: call.scope.pool)
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

    /// The one group in which everything lies that this covers.
    package var group: MetadataGroup {
        switch self {
        case .dataset(let scope): .identity(scope.owner)
        case .identity(let owner): .identity(owner)
        case .poolUsage(let pool), .bulkPublish(let pool), .events(let pool), .configuration(let pool):
            .pool(pool)
        case .poolUsages: .account
        }
    }

    /// Whether it covers a key of its group.
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

/// A group of operations that a grant can name.
///
/// Each of the 17 operations is in one group: that of the callers who need it.
package enum OperationGroup: String, CaseIterable, Sendable {
    /// The reads of one identity.
    case read
    /// The writes of one identity, with the devices and subscriptions of its datasets.
    case write
    /// The operations on whole pools.
    case admin

    /// The operations of the group, in the order of their names.
    package var operations: [OperationName] { OperationName.allCases.filter { $0.group == self } }
}

/// The parameters that bound the effect of an operation.
package enum OperationReach: Sendable {
    /// No pool: all pools of the account.
    case everyPool
    /// A pool, and no identity.
    case pool
    /// An identity, and no dataset.
    case identity
    case dataset
}

extension OperationName {
    package var group: OperationGroup {
        switch self {
        case .describeDataset, .describeIdentityUsage, .listDatasets, .listRecords: .read
        case .deleteDataset, .registerDevice, .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            .write
        case .bulkPublish, .describeIdentityPoolUsage, .getBulkPublishDetails, .getCognitoEvents,
            .getIdentityPoolConfiguration, .listIdentityPoolUsage, .setCognitoEvents,
            .setIdentityPoolConfiguration:
            .admin
        }
    }

    package var reach: OperationReach {
        switch self {
        case .listIdentityPoolUsage: .everyPool
        case .bulkPublish, .describeIdentityPoolUsage, .getBulkPublishDetails, .getCognitoEvents,
            .getIdentityPoolConfiguration, .setCognitoEvents, .setIdentityPoolConfiguration:
            .pool
        case .describeIdentityUsage, .listDatasets, .registerDevice: .identity
        case .deleteDataset, .describeDataset, .listRecords, .subscribeToDataset, .unsubscribeFromDataset,
            .updateRecords:
            .dataset
        }
    }
}

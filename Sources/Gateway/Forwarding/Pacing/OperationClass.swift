import CognitoSync

/// The class of operations that share a rate toward AWS, which throttles each kind of request by itself.
package enum OperationClass: String, CaseIterable, Sendable {
    /// The records and datasets of an identity.
    case data
    /// The devices of an identity.
    case device
    /// A pool as a whole: its usage, configuration, events and bulk publishes.
    case pool

    /// The index among the cases; a search for it would cost a request more than all of its pacing.
    package var position: Int {
        switch self {
        case .data: 0
        case .device: 1
        case .pool: 2
        }
    }

    init(_ operation: OperationName) {
        switch operation {
        case .listRecords, .updateRecords, .listDatasets, .describeDataset, .deleteDataset,
            .describeIdentityUsage:
            self = .data
        case .registerDevice, .subscribeToDataset, .unsubscribeFromDataset:
            self = .device
        case .bulkPublish, .getBulkPublishDetails, .describeIdentityPoolUsage, .listIdentityPoolUsage,
            .getIdentityPoolConfiguration, .setIdentityPoolConfiguration, .getCognitoEvents,
            .setCognitoEvents:
            self = .pool
        }
    }
}

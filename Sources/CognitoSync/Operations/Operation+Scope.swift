extension Operation {
    package var name: OperationName {
        switch self {
        case .bulkPublish: .bulkPublish
        case .deleteDataset: .deleteDataset
        case .describeDataset: .describeDataset
        case .describeIdentityPoolUsage: .describeIdentityPoolUsage
        case .describeIdentityUsage: .describeIdentityUsage
        case .getBulkPublishDetails: .getBulkPublishDetails
        case .getCognitoEvents: .getCognitoEvents
        case .getIdentityPoolConfiguration: .getIdentityPoolConfiguration
        case .listDatasets: .listDatasets
        case .listIdentityPoolUsage: .listIdentityPoolUsage
        case .listRecords: .listRecords
        case .registerDevice: .registerDevice
        case .setCognitoEvents: .setCognitoEvents
        case .setIdentityPoolConfiguration: .setIdentityPoolConfiguration
        case .subscribeToDataset: .subscribeToDataset
        case .unsubscribeFromDataset: .unsubscribeFromDataset
        case .updateRecords: .updateRecords
        }
    }

    /// The identity pool of the operation, or nil for ListIdentityPoolUsage, which concerns all pools.
    package var pool: IdentityPoolID? {
        switch self {
        case .bulkPublish(let pool), .describeIdentityPoolUsage(let pool), .getBulkPublishDetails(let pool),
            .getCognitoEvents(let pool), .getIdentityPoolConfiguration(let pool):
            pool
        case .setCognitoEvents(let parameters): parameters.pool
        case .setIdentityPoolConfiguration(let parameters): parameters.pool
        case .listIdentityPoolUsage: nil
        case .deleteDataset, .describeDataset, .describeIdentityUsage, .listDatasets, .listRecords,
            .registerDevice, .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            owner?.pool
        }
    }

    /// The identity of the operation with its pool, or nil if the operation concerns no single identity.
    package var owner: IdentityScope? {
        switch self {
        case .describeIdentityUsage(let owner), .listDatasets(let owner, _): owner
        case .registerDevice(let parameters): parameters.scope
        case .deleteDataset, .describeDataset, .listRecords, .subscribeToDataset, .unsubscribeFromDataset,
            .updateRecords:
            dataset?.owner
        case .bulkPublish, .describeIdentityPoolUsage, .getBulkPublishDetails, .getCognitoEvents,
            .getIdentityPoolConfiguration, .listIdentityPoolUsage, .setCognitoEvents,
            .setIdentityPoolConfiguration:
            nil
        }
    }

    /// The dataset of the operation with its identity and pool, or nil if it concerns no single dataset.
    package var dataset: DatasetScope? {
        switch self {
        case .deleteDataset(let scope), .describeDataset(let scope), .subscribeToDataset(let scope, _),
            .unsubscribeFromDataset(let scope, _):
            scope
        case .listRecords(let parameters): parameters.scope
        case .updateRecords(let parameters): parameters.scope
        case .bulkPublish, .describeIdentityPoolUsage, .describeIdentityUsage, .getBulkPublishDetails,
            .getCognitoEvents, .getIdentityPoolConfiguration, .listDatasets, .listIdentityPoolUsage,
            .registerDevice, .setCognitoEvents, .setIdentityPoolConfiguration:
            nil
        }
    }

    /// Whether the operation changes nothing upstream.
    ///
    /// GetBulkPublishDetails is a read although it is a POST.
    package var isRead: Bool { name.isRead }

    /// Whether the operation may be sent again after its outcome was lost, without any further effect.
    package var isIdempotent: Bool { name.isIdempotent }
}

extension OperationName {
    /// Whether the operation changes nothing upstream.
    package var isRead: Bool {
        switch self {
        case .describeDataset, .describeIdentityPoolUsage, .describeIdentityUsage, .getBulkPublishDetails,
            .getCognitoEvents, .getIdentityPoolConfiguration, .listDatasets, .listIdentityPoolUsage,
            .listRecords:
            true
        case .bulkPublish, .deleteDataset, .registerDevice, .setCognitoEvents, .setIdentityPoolConfiguration,
            .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            false
        }
    }

    /// Whether a second attempt has no further effect, which holds for reads only.
    ///
    /// After a DeleteDataset that worked, a second one would return 404. Or it would delete a dataset that
    /// another writer created in between. A second UpdateRecords would return 409. The configuration of a
    /// pool would be written twice, perhaps over that of another writer.
    package var isIdempotent: Bool { isRead }
}

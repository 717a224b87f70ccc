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

    /// The pool that the call is about; nil only for ListIdentityPoolUsage, which is about all.
    package var pool: IdentityPoolID? {
        switch self {
        case .bulkPublish(let pool), .describeIdentityPoolUsage(let pool), .getBulkPublishDetails(let pool),
            .getCognitoEvents(let pool), .getIdentityPoolConfiguration(let pool):
            pool
        case .setCognitoEvents(let call): call.pool
        case .setIdentityPoolConfiguration(let call): call.pool
        case .listIdentityPoolUsage: nil
        case .deleteDataset, .describeDataset, .describeIdentityUsage, .listDatasets, .listRecords,
            .registerDevice, .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            owner?.pool
        }
    }

    /// The identity that the call is about, with its pool.
    package var owner: IdentityScope? {
        switch self {
        case .describeIdentityUsage(let owner), .listDatasets(let owner, _): owner
        case .registerDevice(let call): call.scope
        case .deleteDataset, .describeDataset, .listRecords, .subscribeToDataset, .unsubscribeFromDataset,
            .updateRecords:
            dataset?.owner
        case .bulkPublish, .describeIdentityPoolUsage, .getBulkPublishDetails, .getCognitoEvents,
            .getIdentityPoolConfiguration, .listIdentityPoolUsage, .setCognitoEvents,
            .setIdentityPoolConfiguration:
            nil
        }
    }

    /// The dataset that the call is about, with its identity and pool.
    package var dataset: DatasetScope? {
        switch self {
        case .deleteDataset(let scope), .describeDataset(let scope), .subscribeToDataset(let scope, _),
            .unsubscribeFromDataset(let scope, _):
            scope
        case .listRecords(let call): call.scope
        case .updateRecords(let call): call.scope
        case .bulkPublish, .describeIdentityPoolUsage, .describeIdentityUsage, .getBulkPublishDetails,
            .getCognitoEvents, .getIdentityPoolConfiguration, .listDatasets, .listIdentityPoolUsage,
            .registerDevice, .setCognitoEvents, .setIdentityPoolConfiguration:
            nil
        }
    }

    /// Changes nothing at the service; GetBulkPublishDetails is one although it is a POST.
    package var isRead: Bool { name.isRead }

    /// May be sent again after its outcome was lost, without doing more than once would.
    package var isIdempotent: Bool { name.isIdempotent }
}

extension OperationName {
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

    /// The reads only.
    ///
    /// A second DeleteDataset would answer 404 to a delete that worked, or delete what another made in
    /// between; a second UpdateRecords 409. The settings would be written twice, over another's perhaps.
    package var isIdempotent: Bool { isRead }
}

/// The names of the 17 operations, as the API model spells them.
///
/// The set is closed: a name is a value of the metric label `operation` and the last word of `X-Amz-Target`.
package enum OperationName: String, CaseIterable, Sendable {
    case bulkPublish = "BulkPublish"
    case deleteDataset = "DeleteDataset"
    case describeDataset = "DescribeDataset"
    case describeIdentityPoolUsage = "DescribeIdentityPoolUsage"
    case describeIdentityUsage = "DescribeIdentityUsage"
    case getBulkPublishDetails = "GetBulkPublishDetails"
    case getCognitoEvents = "GetCognitoEvents"
    case getIdentityPoolConfiguration = "GetIdentityPoolConfiguration"
    case listDatasets = "ListDatasets"
    case listIdentityPoolUsage = "ListIdentityPoolUsage"
    case listRecords = "ListRecords"
    case registerDevice = "RegisterDevice"
    case setCognitoEvents = "SetCognitoEvents"
    case setIdentityPoolConfiguration = "SetIdentityPoolConfiguration"
    case subscribeToDataset = "SubscribeToDataset"
    case unsubscribeFromDataset = "UnsubscribeFromDataset"
    case updateRecords = "UpdateRecords"
}

/// An operation of the API with every parameter checked: the only thing that is ever forwarded.
///
/// It contains no bytes of the caller except validated identifiers, numbers, and a JSON body that passed the
/// strict scan.
package enum Operation: Sendable, Equatable {
    case bulkPublish(IdentityPoolID)
    case deleteDataset(DatasetScope)
    case describeDataset(DatasetScope)
    case describeIdentityPoolUsage(IdentityPoolID)
    case describeIdentityUsage(IdentityScope)
    case getBulkPublishDetails(IdentityPoolID)
    case getCognitoEvents(IdentityPoolID)
    case getIdentityPoolConfiguration(IdentityPoolID)
    case listDatasets(IdentityScope, Paging)
    case listIdentityPoolUsage(Paging)
    case listRecords(ListRecords)
    case registerDevice(RegisterDevice)
    case setCognitoEvents(SetCognitoEvents)
    case setIdentityPoolConfiguration(SetIdentityPoolConfiguration)
    case subscribeToDataset(DatasetScope, DeviceID)
    case unsubscribeFromDataset(DatasetScope, DeviceID)
    case updateRecords(UpdateRecords)
}

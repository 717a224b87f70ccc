/// The parameters of all operations, as the API model names them.
///
/// A name has the same meaning in every operation.
enum Parameter: String, CaseIterable {
    case identityPoolID = "IdentityPoolId"
    case identityID = "IdentityId"
    case datasetName = "DatasetName"
    case deviceID = "DeviceId"
    case lastSyncCount = "LastSyncCount"
    case maxResults = "MaxResults"
    case nextToken = "NextToken"
    case syncSessionToken = "SyncSessionToken"
    case clientContext = "ClientContext"
    case recordPatches = "RecordPatches"
    case platform = "Platform"
    case token = "Token"
    case events = "Events"
    case pushSync = "PushSync"
    case cognitoStreams = "CognitoStreams"

    /// The part of a REST request that contains a parameter.
    enum Location {
        case path
        case query
        case header
        case body
    }

    /// The name in messages and in the query, where the first letter is lower case.
    var camelCase: String { rawValue.prefix(1).lowercased() + rawValue.dropFirst() }

    /// The bit of this parameter in a set of parameters.
    var bit: UInt32 {
        switch self {
        case .identityPoolID: 1 << 0
        case .identityID: 1 << 1
        case .datasetName: 1 << 2
        case .deviceID: 1 << 3
        case .lastSyncCount: 1 << 4
        case .maxResults: 1 << 5
        case .nextToken: 1 << 6
        case .syncSessionToken: 1 << 7
        case .clientContext: 1 << 8
        case .recordPatches: 1 << 9
        case .platform: 1 << 10
        case .token: 1 << 11
        case .events: 1 << 12
        case .pushSync: 1 << 13
        case .cognitoStreams: 1 << 14
        }
    }
}

extension OperationName {
    /// The parameters outside the path; ``Route`` has those of the path.
    private var nonPathParameters: [(Parameter, Parameter.Location)] {
        switch self {
        case .listDatasets, .listIdentityPoolUsage:
            [(.nextToken, .query), (.maxResults, .query)]
        case .listRecords:
            [
                (.lastSyncCount, .query), (.nextToken, .query), (.maxResults, .query),
                (.syncSessionToken, .query),
            ]
        case .updateRecords:
            [
                (.deviceID, .body), (.recordPatches, .body), (.syncSessionToken, .body),
                (.clientContext, .header),
            ]
        case .registerDevice: [(.platform, .body), (.token, .body)]
        case .setCognitoEvents: [(.events, .body)]
        case .setIdentityPoolConfiguration: [(.pushSync, .body), (.cognitoStreams, .body)]
        case .bulkPublish, .deleteDataset, .describeDataset, .describeIdentityPoolUsage,
            .describeIdentityUsage,
            .getBulkPublishDetails, .getCognitoEvents, .getIdentityPoolConfiguration, .subscribeToDataset,
            .unsubscribeFromDataset:
            []
        }
    }

    /// Returns the location of a parameter, or nil if the operation does not have it.
    func location(of parameter: Parameter) -> Parameter.Location? {
        if let (_, location) = nonPathParameters.first(where: { $0.0 == parameter }) { return location }
        return Route.of(self).parameters.contains(parameter) ? .path : nil
    }

    var hasBody: Bool {
        switch self {
        case .updateRecords, .registerDevice, .setCognitoEvents, .setIdentityPoolConfiguration: true
        default: false
        }
    }
}

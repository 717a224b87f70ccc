import CognitoSync

/// The execution of the 17 operations on the store.
extension DatasetStore {
    /// Carries out an operation; returns the body of its 200 response, or nil for SetCognitoEvents.
    mutating func execute(_ operation: Operation, at now: Timestamp) throws(ServiceError) -> JSONValue? {
        switch operation {
        case .listRecords(let request): return .records(try listRecords(request, at: now))
        case .updateRecords(let request):
            let patches = try request.patches().map { (patch) throws(ServiceError) in try Patch(patch) }
            return .updated(
                try updateRecords(request.scope, token: request.syncSessionToken, patches: patches, at: now)
            )
        case .describeDataset(let scope): return .object([("Dataset", .dataset(try describeDataset(scope)))])
        case .deleteDataset(let scope):
            return .object([("Dataset", .dataset(try deleteDataset(scope, at: now)))])
        case .listDatasets(let owner, let paging): return .datasets(try listDatasets(owner, paging))
        case .describeIdentityUsage(let owner): return .identityUsage(try usage(of: owner), of: owner)
        case .describeIdentityPoolUsage(let pool):
            return .object([("IdentityPoolUsage", .poolUsage(try usage(of: pool)))])
        case .listIdentityPoolUsage(let paging): return .poolUsages(try poolUsages(paging))
        case .bulkPublish(let pool):
            try bulkPublish(pool, at: now)
            return .object([("IdentityPoolId", .string(pool.text))])
        case .getBulkPublishDetails(let pool):
            return .bulkPublish(try bulkPublishDetails(pool, at: now), of: pool)
        case .getCognitoEvents(let pool):
            let events = try events(of: pool).sorted { $0.key < $1.key }
            return .object([("Events", .object(events.map { ($0.key, .string($0.value)) }))])
        case .setCognitoEvents(let request):
            try setEvents(request.events, of: request.pool)
            return nil
        case .getIdentityPoolConfiguration(let pool):
            let (push, streams) = try configuration(of: pool)
            return .configuration(push, streams, of: pool)
        case .setIdentityPoolConfiguration(let request):
            try setConfiguration(request.pushSync, request.cognitoStreams, of: request.pool)
            let (push, streams) = try configuration(of: request.pool)
            return .configuration(push, streams, of: request.pool)
        case .registerDevice(let request):
            return .object([("DeviceId", .string(try registerDevice(request, at: now)))])
        case .subscribeToDataset(let scope, let device):
            try subscribe(device, to: scope, at: now)
            return .object([])
        case .unsubscribeFromDataset(let scope, let device):
            try unsubscribe(device, from: scope, at: now)
            return .object([])
        }
    }
}

extension Patch {
    /// Creates the patch of the store from that of a request.
    ///
    /// A replacement without a value is a removal: "if the value of a record equals null, the record is
    /// deleted".
    init(_ patch: RecordPatch) throws(ServiceError) {
        var date: Timestamp?
        if let text = patch.deviceLastModifiedDate {
            date = Timestamp(seconds: text)
            guard date != nil else { throw .invalidParameter("Invalid DeviceLastModifiedDate: \(text)") }
        }
        self.init(
            key: patch.key,
            value: patch.operation == .replace ? patch.value : nil,
            syncCount: patch.syncCount,
            deviceLastModified: date
        )
    }
}

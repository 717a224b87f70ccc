/// The parameters of one request in any of the three forms, before the check that all are present.
struct RawParameters {
    let route: Route
    var pool: String?
    var identity: String?
    var dataset: String?
    var device: String?
    var lastSyncCount: Int64?
    var maxResults: Int64?
    var nextToken: String?
    var syncSessionToken: String?
    var clientContext: String?
    var pushToken: String?
    var platform: Platform?
    var patchCount = 0
    var events: [String: String] = [:]
    var pushSync: PushSync?
    var cognitoStreams: CognitoStreams?
    /// The violations inside the body; a message lists them after `violations`.
    var bodyViolations = Violations()
    /// The violations of the parameters around the body.
    var violations = Violations()
    /// The bits of the parameters that have a value, even a wrong one.
    private var given: UInt32 = 0

    init(_ route: Route) { self.route = route }

    var operation: OperationName { route.operation }

    /// Records that the request has a parameter; returns whether it is the first time.
    mutating func markSeen(_ parameter: Parameter) -> Bool {
        defer { given |= parameter.bit }
        return given & parameter.bit == 0
    }

    /// Stores a parameter from its text: a string, or a number in a query or in a JSON string.
    mutating func set(_ parameter: Parameter, _ text: String) {
        switch parameter {
        case .identityPoolID: pool = text
        case .identityID: identity = text
        case .datasetName: dataset = text
        case .deviceID: device = text
        case .lastSyncCount: lastSyncCount = count(text, of: parameter)
        case .maxResults: maxResults = count(text, of: parameter)
        case .nextToken: nextToken = token(text, of: parameter)
        case .syncSessionToken:
            syncSessionToken = operation == .updateRecords ? text : token(text, of: parameter)
        case .clientContext: clientContext = context(text)
        case .token: pushToken = text
        case .platform:
            platform = Platform(rawValue: text)
            if platform == nil { bodyViolations.add(text, at: "platform", Platform.demand) }
        case .recordPatches, .events, .pushSync, .cognitoStreams: break
        }
    }

    private mutating func count(_ text: String, of parameter: Parameter) -> Int64? {
        if let value = PlainCount.value(of: text) { return value }
        violations.add(
            text,
            at: parameter.camelCase,
            "Member must be a whole number from 0 to \(Int64.max) in decimal digits"
        )
        return nil
    }

    /// Checks an opaque token; returns nil for an empty one, which counts as absent in every form.
    private mutating func token(_ text: String, of parameter: Parameter) -> String? {
        violations.check(text, at: parameter.camelCase, .token)
        return text.isEmpty ? nil : text
    }

    /// Checks the value of the client context; returns nil for an empty one, which counts as absent.
    ///
    /// White space around the value of a header field is not part of it (RFC 9110, 5.5).
    private mutating func context(_ text: String) -> String? {
        let space = UInt8(ascii: " ")
        var bytes = Array(text.utf8)[...]
        while bytes.first == space || bytes.first == 0x09 { bytes = bytes.dropFirst() }
        while bytes.last == space || bytes.last == 0x09 { bytes = bytes.dropLast() }
        let trimmed = String(decoding: bytes, as: UTF8.self)
        violations.check(trimmed, at: Parameter.clientContext.camelCase, .token)
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Records a violation if a required parameter is missing.
    mutating func require(_ parameter: Parameter) {
        if given & parameter.bit == 0 {
            violations.add(nil, at: parameter.camelCase, "Member must not be null")
        }
    }
}

extension RawParameters {
    private mutating func identifier<ID>(
        _ text: String?,
        _ parameter: Parameter,
        _ constraint: TextConstraint,
        _ make: (String) -> ID?
    ) -> ID? {
        guard let text else {
            if route.parameters.contains(parameter) { require(parameter) }
            return nil
        }
        if let id = make(text) { return id }
        violations.check(text, at: parameter.camelCase, constraint)
        return nil
    }

    /// Returns the operation with `body` as the one to forward.
    ///
    /// - Throws: An error that lists all violations.
    mutating func make(body: [UInt8]) throws(APIError) -> Operation {
        let operation = build(body: body)
        violations.merge(bodyViolations)
        if let error = violations.error { throw error }
        guard let operation else { throw .internalFailure("The request could not be understood.") }
        return operation
    }

    private mutating func build(body: [UInt8]) -> Operation? {
        let paging = Paging(maxResults: maxResults, nextToken: nextToken)
        if operation == .listIdentityPoolUsage { return .listIdentityPoolUsage(paging) }
        let poolID = identifier(pool, .identityPoolID, .identity, IdentityPoolID.init)
        let path = route.parameters
        var identityID: IdentityID?
        var name: DatasetName?
        var deviceID: DeviceID?
        if path.contains(.identityID) {
            identityID = identifier(identity, .identityID, .identity, IdentityID.init)
        }
        if path.contains(.datasetName) {
            name = identifier(dataset, .datasetName, .datasetName, DatasetName.init)
        }
        deviceID = identifier(device, .deviceID, .deviceID, DeviceID.init)
        switch operation {
        case .registerDevice:
            require(.platform)
            require(.token)
        case .setCognitoEvents: require(.events)
        case .updateRecords: require(.syncSessionToken)
        default: break
        }
        guard let poolID else { return nil }
        switch operation {
        case .bulkPublish: return .bulkPublish(poolID)
        case .describeIdentityPoolUsage: return .describeIdentityPoolUsage(poolID)
        case .getBulkPublishDetails: return .getBulkPublishDetails(poolID)
        case .getCognitoEvents: return .getCognitoEvents(poolID)
        case .getIdentityPoolConfiguration: return .getIdentityPoolConfiguration(poolID)
        case .setCognitoEvents: return .setCognitoEvents(.init(pool: poolID, events: events, body: body))
        case .setIdentityPoolConfiguration:
            return .setIdentityPoolConfiguration(
                .init(pool: poolID, pushSync: pushSync, cognitoStreams: cognitoStreams, body: body)
            )
        default: break
        }
        guard let identityID else { return nil }
        let owner = IdentityScope(pool: poolID, identity: identityID)
        switch operation {
        case .describeIdentityUsage: return .describeIdentityUsage(owner)
        case .listDatasets: return .listDatasets(owner, paging)
        case .registerDevice:
            guard let platform, let pushToken else { return nil }
            return .registerDevice(.init(scope: owner, platform: platform, token: pushToken, body: body))
        default: break
        }
        guard let name else { return nil }
        let scope = DatasetScope(owner: owner, dataset: name)
        switch operation {
        case .deleteDataset: return .deleteDataset(scope)
        case .describeDataset: return .describeDataset(scope)
        case .listRecords:
            return .listRecords(
                .init(
                    scope: scope,
                    lastSyncCount: lastSyncCount,
                    paging: paging,
                    syncSessionToken: syncSessionToken
                )
            )
        case .updateRecords:
            guard let syncSessionToken else { return nil }
            return .updateRecords(
                .init(
                    scope: scope,
                    syncSessionToken: syncSessionToken,
                    deviceID: deviceID,
                    clientContext: clientContext,
                    body: body,
                    patchCount: patchCount
                )
            )
        default: break
        }
        guard let deviceID else { return nil }
        return switch operation {
        case .subscribeToDataset: .subscribeToDataset(scope, deviceID)
        case .unsubscribeFromDataset: .unsubscribeFromDataset(scope, deviceID)
        default: nil
        }
    }
}

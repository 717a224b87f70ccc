/// The parameters of one request as they are found, from whichever form, before all are known to be there.
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
    /// What is out of bounds inside the body; told after what is wrong with the parameters around it.
    var bodyViolations = Violations()
    var violations = Violations()
    /// The bits of the members that came with a value, a wrong one too.
    private var given: UInt32 = 0

    init(_ route: Route) { self.route = route }

    var operation: OperationName { route.operation }

    /// Notes that a member came, and says whether it is the first time.
    mutating func markSeen(_ member: Parameter) -> Bool {
        defer { given |= member.bit }
        return given & member.bit == 0
    }

    /// Takes the text of any parameter that is a string or, in a query or as a JSON string, a number.
    mutating func set(_ member: Parameter, _ text: String) {
        switch member {
        case .identityPoolID: pool = text
        case .identityID: identity = text
        case .datasetName: dataset = text
        case .deviceID: device = text
        case .lastSyncCount: lastSyncCount = count(text, of: member)
        case .maxResults: maxResults = count(text, of: member)
        case .nextToken: nextToken = token(text, of: member)
        case .syncSessionToken:
            syncSessionToken = operation == .updateRecords ? text : token(text, of: member)
        case .clientContext: clientContext = context(text)
        case .token: pushToken = text
        case .platform:
            platform = Platform(rawValue: text)
            if platform == nil { bodyViolations.add(text, at: "platform", Platform.demand) }
        case .recordPatches, .events, .pushSync, .cognitoStreams: break
        }
    }

    private mutating func count(_ text: String, of member: Parameter) -> Int64? {
        if let value = PlainCount.value(of: text) { return value }
        violations.add(
            text,
            at: member.camelCase,
            "Member must be a whole number from 0 to \(Int64.max) in decimal digits"
        )
        return nil
    }

    /// An opaque token; an empty one counts as absent, in every form.
    private mutating func token(_ text: String, of member: Parameter) -> String? {
        violations.check(text, at: member.camelCase, .token)
        return text.isEmpty ? nil : text
    }

    /// A header field's value: white space around it is not part of it (RFC 9110, 5.5), and empty is absent.
    private mutating func context(_ text: String) -> String? {
        let space = UInt8(ascii: " ")
        var bytes = Array(text.utf8)[...]
        while bytes.first == space || bytes.first == 0x09 { bytes = bytes.dropFirst() }
        while bytes.last == space || bytes.last == 0x09 { bytes = bytes.dropLast() }
        let trimmed = String(decoding: bytes, as: UTF8.self)
        violations.check(trimmed, at: Parameter.clientContext.camelCase, .token)
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Notes a required member that did not come.
    mutating func require(_ member: Parameter) {
        if given & member.bit == 0 {
            violations.add(nil, at: member.camelCase, "Member must not be null")
        }
    }
}

extension RawParameters {
    private mutating func identifier<ID>(
        _ text: String?,
        _ member: Parameter,
        _ constraint: TextConstraint,
        _ make: (String) -> ID?
    ) -> ID? {
        guard let text else {
            if route.parameters.contains(member) { require(member) }
            return nil
        }
        if let id = make(text) { return id }
        violations.check(text, at: member.camelCase, constraint)
        return nil
    }

    /// The operation, or everything that is wrong with it; `body` is what is to be sent on.
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

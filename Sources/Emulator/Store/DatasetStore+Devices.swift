package import CognitoSync
import Messages

/// The three operations that need the credentials of end users.
///
/// With developer credentials the service always refuses them. The rule `deviceOperations` can allow them, so
/// that tests can use all 17.
extension DatasetStore {
    /// Returns the identifier of the device; the same token gives the same identifier.
    package mutating func registerDevice(
        _ request: RegisterDevice,
        at now: Timestamp
    ) throws(ServiceError)
        -> String
    {
        try checkDeviceOperations()
        guard try knownPool(request.scope.pool).pushSync != nil else {
            throw ServiceError(
                status: 400,
                name: "InvalidConfigurationException",
                message: "Push sync is not configured for identity pool \(request.scope.pool.text)"
            )
        }
        let seed = "\(request.platform.rawValue) \(request.token)".utf8.reduce(self.seed) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        var generator = SplitMix64(seed: seed)
        let id = generator.guid()
        withIdentity(request.scope, at: now) { identity in
            identity.devices[id] =
                identity.devices[id] ?? Device(platform: request.platform, token: request.token)
        }
        return id
    }

    package mutating func subscribe(
        _ device: DeviceID,
        to scope: DatasetScope,
        at now: Timestamp
    )
        throws(ServiceError)
    {
        try checkSubscription(device, scope)
        withIdentity(scope.owner, at: now) { identity in
            _ = identity.devices[device.text]?.subscriptions.insert(scope.dataset.text)
        }
    }

    package mutating func unsubscribe(
        _ device: DeviceID,
        from scope: DatasetScope,
        at now: Timestamp
    )
        throws(ServiceError)
    {
        try checkSubscription(device, scope)
        withIdentity(scope.owner, at: now) { identity in
            _ = identity.devices[device.text]?.subscriptions.remove(scope.dataset.text)
        }
    }

    private func checkSubscription(_ device: DeviceID, _ scope: DatasetScope) throws(ServiceError) {
        try checkDeviceOperations()
        guard try identity(scope.owner)?.devices[device.text] != nil else {
            throw .notFound("Device '\(device.text)' not found.")
        }
        _ = try dataset(scope)
    }

    private func checkDeviceOperations() throws(ServiceError) {
        guard rules.deviceOperations == .allowed else {
            throw .notAuthorized("Operation not allowed with developer credentials")
        }
    }
}

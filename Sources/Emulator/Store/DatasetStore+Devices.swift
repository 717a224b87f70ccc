package import CognitoSync

/// The three operations that are for the credentials of end users only.
///
/// With developer credentials the service refuses them always; `deviceOperations` lets them through, so that
/// all 17 can be exercised.
extension DatasetStore {
    /// Gives the device its id; the same token gives the same id.
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

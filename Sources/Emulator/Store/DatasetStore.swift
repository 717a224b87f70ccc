package import CognitoSync

/// Everything that the emulated service remembers: pools, identities, datasets, records.
///
/// Pure: time is an argument, nothing is read from outside, and the same calls give the same answers. It shares
/// the API's types with the gateway and none of its decisions. What it holds is bounded by the service's limits
/// for a dataset and an identity; identities are not bounded, since the emulator serves tests.
package struct DatasetStore: Sendable {
    package var rules: ServiceRules
    /// Twelve digits: who every write was made by, with developer credentials.
    package let accountID: String
    /// What session tokens are checked with; another one, and those given so far are good no more.
    var seed: UInt64
    /// Kept only for a test that asks for it.
    var journal: Journal?
    var pools: [IdentityPoolID: Pool] = [:]
    var sessions: UInt64 = 0

    package init(rules: ServiceRules = ServiceRules(), accountID: String = "123456789012", seed: UInt64 = 1) {
        self.rules = rules
        self.accountID = accountID
        self.seed = seed
    }

    struct Pool: Sendable {
        var identities: [IdentityID: Identity] = [:]
        var pushSync: PushSync?
        var cognitoStreams: CognitoStreams?
        var events: [String: String] = [:]
        var bulkPublish: BulkPublish?
        var sessions: Int64 = 0
        var lastModified: Timestamp?
    }

    struct Identity: Sendable {
        /// By name as text: a merged dataset's name can be longer than a request may spell.
        var datasets: [String: Dataset] = [:]
        /// The counts of datasets that were deleted.
        var buried: [String: Int64] = [:]
        /// For a dataset's name, the datasets that came with identities merged into this one.
        var merged: [String: [String]] = [:]
        var devices: [String: Device] = [:]
        var lastModified: Timestamp

        var size: Int64 { datasets.values.reduce(0) { $0 + $1.size } }
    }

    /// A registered device and the datasets that it is told about.
    struct Device: Sendable {
        let platform: Platform
        let token: String
        var subscriptions: Set<String> = []
    }

    func knownPool(_ id: IdentityPoolID) throws(ServiceError) -> Pool {
        if let pool = pools[id] { return pool }
        guard rules.unknownPools == .served else { throw .notFound("IdentityPool '\(id.text)' not found.") }
        return Pool()
    }

    func identity(_ owner: IdentityScope) throws(ServiceError) -> Identity? {
        try knownPool(owner.pool).identities[owner.identity]
    }

    func dataset(_ scope: DatasetScope) throws(ServiceError) -> Dataset {
        guard let dataset = try identity(scope.owner)?.datasets[scope.dataset.text] else {
            throw .notFound("Dataset \(scope.dataset.text) not found.")
        }
        return dataset
    }

    /// Gives the caller the identity to change, made if it is not there.
    mutating func withIdentity(_ owner: IdentityScope, at now: Timestamp, _ change: (inout Identity) -> Void)
    {
        pools[owner.pool, default: Pool()].lastModified = now
        change(
            &pools[owner.pool, default: Pool()].identities[
                owner.identity,
                default: Identity(lastModified: now)
            ]
        )
    }

    /// Makes a pool known without any data in it.
    package mutating func addPool(_ id: IdentityPoolID) {
        pools[id] = pools[id] ?? Pool()
    }
}

package import CognitoSync
import Messages

/// The data of the emulator: pools, identities, datasets, records.
///
/// The store is pure: time is an argument, nothing is read from outside, and equal operations have equal
/// responses. It shares the types of the API with the gateway, and none of its decisions. The limits of
/// the service bound a dataset and an identity. The number of identities is not bounded, since the emulator
/// serves tests.
package struct DatasetStore: Sendable {
    package var rules: ServiceRules
    /// The twelve digits of the account, which is the author of every write with developer credentials.
    package let accountID: String
    /// The seed of session tokens; a new seed invalidates all tokens given so far.
    var seed: UInt64
    /// The journal, once a test began one.
    var journal: Journal?
    var pools: [IdentityPoolID: Pool] = [:]
    /// The session tokens that a write has used.
    var spentTokens = SpentTokens()
    var sessionIDs: SplitMix64

    package init(rules: ServiceRules = ServiceRules(), accountID: String = "123456789012", seed: UInt64 = 1) {
        self.rules = rules
        self.accountID = accountID
        self.seed = seed
        sessionIDs = SplitMix64(seed: seed)
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
        /// The datasets by name as text: the name of a merged dataset can be longer than a request allows.
        var datasets: [String: Dataset] = [:]
        /// The last counts of deleted datasets, by name.
        var deletedSyncCounts: [String: Int64] = [:]
        /// The names of the datasets of merged identities, by the name of the dataset that reports them.
        var merged: [String: [String]] = [:]
        var devices: [String: Device] = [:]
        var lastModified: Timestamp

        var size: Int64 { datasets.values.reduce(0) { $0 + $1.size } }
    }

    /// A registered device and the datasets to which it is subscribed.
    struct Device: Sendable {
        let platform: Platform
        let token: String
        var subscriptions: Set<String> = []
    }

    /// Returns a pool; under the rule `unknownPools`, an unknown pool is empty or an error.
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

    /// Changes an identity, which is created if it does not exist.
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

    /// Adds a pool without data.
    package mutating func addPool(_ id: IdentityPoolID) {
        pools[id] = pools[id] ?? Pool()
    }
}

package import CognitoSync

/// The set of keys in one shard that one write can make stale.
package enum MetadataGroup: Hashable, Sendable {
    case identity(IdentityScope)
    case pool(IdentityPoolID)
    /// The listing of all pools.
    case account

    /// Returns the index of the shard, of `count`, that holds the group.
    package func shard(among count: Int) -> Int { Int(UInt(bitPattern: hashValue) % UInt(max(1, count))) }
}

extension MetadataKey {
    package var group: MetadataGroup {
        switch self {
        case .dataset(let scope): .identity(scope.owner)
        case .datasets(let owner, _), .identityUsage(let owner): .identity(owner)
        case .poolUsage(let pool), .bulkPublish(let pool), .events(let pool), .configuration(let pool):
            .pool(pool)
        case .poolUsages: .account
        }
    }
}

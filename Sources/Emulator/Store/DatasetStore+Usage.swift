package import CognitoSync

/// The storage that an identity uses.
package struct IdentityUsage: Sendable, Equatable {
    package var lastModified: Timestamp?
    package var datasets = 0
    package var size: Int64 = 0
}

/// The storage that all identities of a pool use.
package struct PoolUsage: Sendable, Equatable {
    package let pool: String
    package let sessions: Int64
    package let size: Int64
    package let lastModified: Timestamp?

    init(_ pool: DatasetStore.Pool, id: IdentityPoolID) {
        self.pool = id.text
        sessions = pool.sessions
        size = pool.identities.values.reduce(0) { $0 + $1.size }
        lastModified = pool.lastModified
    }
}

extension DatasetStore {
    package func usage(of owner: IdentityScope) throws(ServiceError) -> IdentityUsage {
        guard let identity = try identity(owner) else {
            guard rules.unknownIdentity == .empty else {
                throw .notFound("Identity '\(owner.identity.text)' not found.")
            }
            return IdentityUsage()
        }
        return IdentityUsage(
            lastModified: identity.lastModified,
            datasets: identity.datasets.count,
            size: identity.size
        )
    }

    package func usage(of pool: IdentityPoolID) throws(ServiceError) -> PoolUsage {
        PoolUsage(try knownPool(pool), id: pool)
    }

    package func poolUsages(_ paging: Paging) throws(ServiceError) -> Listing<PoolUsage> {
        try list(pools.map { ($0.key.text, PoolUsage($0.value, id: $0.key)) }, paging)
    }
}

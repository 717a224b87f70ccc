/// An identity within its pool.
package struct IdentityScope: Hashable, Sendable {
    package let pool: IdentityPoolID
    package let identity: IdentityID
    /// The hash of both, computed once: the lookups of a request use its identity several times.
    private let digest: Int

    package init(pool: IdentityPoolID, identity: IdentityID) {
        self.pool = pool
        self.identity = identity
        var hasher = Hasher()
        hasher.combine(pool)
        hasher.combine(identity)
        digest = hasher.finalize()
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

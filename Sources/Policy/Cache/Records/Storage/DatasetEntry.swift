import CognitoSync

/// The facts that a shard knows of a dataset.
///
/// They are known while its state is cached, or a fetch or a write of it is in flight. An entry that is made later
/// starts with a younger `invalidated`. So a response that was asked for before is not stored.
struct DatasetEntry: Sendable {
    let scope: DatasetScope
    private(set) var cached: CachedDataset?
    /// The lease of the pages of the cached state; it may be served without the table exactly as long as with it.
    private(set) var lease = Lease()
    /// A fetch that was sent at this moment or before is fenced: it may not show what happened then.
    private(set) var invalidated: Stamp
    /// The moment at which the cached state began, or was last shown, doubted or invalidated.
    ///
    /// Never before `invalidated`. It stays when the state is evicted: a response that was asked for before may be
    /// older than one that was served.
    private(set) var changed: Stamp
    /// The number of writes in flight.
    private(set) var writes = 0
    /// The moment until which a caller may come with a cursor of the cached snapshot.
    private(set) var paginatedUntil: Instant?

    /// The memory that a dataset takes beside its bytes: entry, scope, index, queue.
    static let overhead = 1024

    init(scope: DatasetScope, now: Stamp) {
        self.scope = scope
        invalidated = now
        changed = now
    }

    /// Records that something was shown of the dataset.
    mutating func change(at moment: Stamp) { changed = moment }

    /// Keeps the fetches that were sent before from being stored.
    mutating func fence(at moment: Stamp) {
        invalidated = moment
        changed = moment
    }

    /// Caches a state in place of the one before.
    mutating func cache(_ state: CachedDataset, by limits: RecordsLimits) {
        cached = state
        renewLease(by: limits)
    }

    /// Makes the cached state doubtful: it may not be served, with the table or without.
    mutating func doubt(because cause: Explanation.Doubt) {
        cached?.doubt = cause
        lease.end()
    }

    mutating func release() { cached = nil }

    /// Takes a session token of upstream that no write has used; nil if there is none.
    mutating func takeToken(now: Instant) -> String? { cached?.sessionTokens.take(now: now) }

    /// Lets the state be served without the table for as long as the limits allow.
    mutating func renewLease(by limits: RecordsLimits) {
        guard let cached else { return }
        if cached.isDoubted {
            lease.end()
        } else {
            let lifetime = limits.freshness(isAbsent: cached.snapshot.isAbsent).lifetime
            lease.renew(validatedAt: cached.validatedAt, lifetime: lifetime)
        }
    }

    /// Ends the lease of the pages rendered so far: those that callers still hold are served no more.
    mutating func endLease() {
        lease.end()
        lease = Lease()
    }

    mutating func startWrite() { writes += 1 }

    mutating func endWrite() { writes -= 1 }

    mutating func recordPagination(until end: Instant) { paginatedUntil = end }

    /// Returns the moment until which the cached snapshot is needed by a pagination, and forgets it.
    mutating func takePagination() -> Instant? {
        defer { paginatedUntil = nil }
        return paginatedUntil
    }
}

/// The cached state of one dataset: its snapshot, how sure that is, and since when.
struct CachedDataset: Sendable {
    var snapshot: DatasetSnapshot
    /// The moment at which the last fetch that showed this state was sent.
    var validatedAt: Instant
    /// The last event that may have changed the dataset since: it is revalidated before it is served again.
    var doubt: Explanation.Doubt?
    /// The moment at which it was last known to be the incarnation that it began as.
    var checkedAt: Instant
    var creationDate: [UInt8]?
    /// A moment at which it was that incarnation, by upstream's clock in milliseconds since 1970.
    var firstSeen: Int64?
    var sessionToken: String?

    var isDoubted: Bool { doubt != nil }

    /// Returns whether it is time to ask if the state is still that of the same incarnation.
    func isCheckDue(by limits: RecordsLimits, now: Instant) -> Bool {
        now.nanoseconds(since: checkedAt) >= limits.identityCheck
    }

    /// Returns the state as it may be served now, and how fresh it is.
    @inline(__always)
    func state(by limits: RecordsLimits, now: Instant) -> (state: CachedState, freshness: Freshness.State) {
        let age = now.nanoseconds(since: validatedAt)
        let freshness = limits.freshness(isAbsent: snapshot.isAbsent).state(age: age)
        var timeToLive: Int64 = 0
        if case .fresh(let left) = freshness { timeToLive = left }
        let state = CachedState(
            snapshot: snapshot,
            age: age,
            timeToLive: timeToLive,
            sessionToken: sessionToken
        )
        return (state, freshness)
    }

    /// Returns whether it can be revalidated, and a read be served from the result.
    func revalidates(_ since: Int64) -> Bool {
        !snapshot.isAbsent && (snapshot.serves(since) || since > snapshot.syncCount)
    }

    func revalidationBase(by limits: RecordsLimits, now: Instant) -> RevalidationBase {
        RevalidationBase(
            snapshot: snapshot,
            creationDate: creationDate,
            firstSeen: firstSeen,
            isCheckDue: isCheckDue(by: limits, now: now)
        )
    }
}

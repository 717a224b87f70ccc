/// The cached state of one dataset: its snapshot, how sure that is, and since when.
struct CachedDataset: Sendable {
    var snapshot: DatasetSnapshot
    /// The moment at which the last fetch that showed this state was sent.
    var validatedAt: Instant
    /// The moment at which the last fetch was sent that showed this state and proved its incarnation.
    var provenAt = Stamp()
    /// The count of the last state that a fetch showed; the records above it came with writes and events.
    var confirmedCount: Int64
    /// The last event that may have changed the dataset since: it is revalidated before it is served again.
    var doubt: Explanation.Doubt?
    /// The facts by which it is known to be the incarnation that it began as.
    var incarnation: IncarnationFacts
    /// Session tokens of upstream that no write has used.
    var sessionTokens = SessionTokenPool()

    var isDoubted: Bool { doubt != nil }

    /// Returns whether a fetch that was sent after a read had asked has confirmed the state.
    func isProven(after turn: ConfirmationTurn?) -> Bool { turn.map { provenAt > $0.asked } ?? false }

    /// Returns whether it is time to ask if the state is still that of the same incarnation.
    func isCheckDue(by limits: RecordsLimits, now: Instant) -> Bool {
        now.nanoseconds(since: incarnation.checkedAt) >= limits.identityCheck
    }

    /// Returns the state as it may be served now, and how fresh it is.
    @inline(__always)
    func state(by limits: RecordsLimits, now: Instant) -> (state: CachedState, freshness: Freshness.State) {
        let age = now.nanoseconds(since: validatedAt)
        let freshness = limits.freshness(isAbsent: snapshot.isAbsent).state(age: age)
        var timeToLive: Int64 = 0
        if case .fresh(let left) = freshness { timeToLive = left }
        let state = CachedState(snapshot: snapshot, age: age, timeToLive: timeToLive, sessionToken: nil)
        return (state, freshness)
    }

    /// Returns what a response that is later than the snapshot shows of its incarnation.
    func finding(of seen: Observation) -> IncarnationFinding {
        snapshot.finding(of: seen, confirmed: confirmedCount)
    }

    /// Returns whether it can be revalidated, and a read be served from the result.
    func revalidates(_ since: Int64) -> Bool {
        !snapshot.isAbsent && (snapshot.serves(since) || since > snapshot.syncCount)
    }

    /// Returns what a revalidation asks.
    ///
    /// A doubt, or a caller that asks for a confirmed response, makes it prove the incarnation. With `latest` it asks
    /// from that count at the latest.
    func revalidationBase(
        by limits: RecordsLimits,
        isAsked: Bool,
        from latest: Int64 = .max,
        now: Instant
    ) -> RevalidationBase {
        RevalidationBase(
            snapshot: snapshot,
            confirmedCount: confirmedCount,
            incarnation: incarnation,
            mustProve: isAsked || isDoubted || isCheckDue(by: limits, now: now),
            latest: latest
        )
    }
}

/// The facts by which the incarnation of a dataset is known.
package struct IncarnationFacts: Sendable, Equatable {
    /// The moment at which it was last known to be the incarnation that the state began as.
    var checkedAt: Instant
    /// The CreationDate in DescribeDataset, as it was spelt; nil if it was never asked for.
    package var creationDate: [UInt8]?
    /// A moment by upstream's clock, in milliseconds since 1970, at which the incarnation was there.
    ///
    /// A dataset created later is another one.
    package var firstSeen: Int64?

    init(checkedAt: Instant, creationDate: [UInt8]? = nil, firstSeen: Int64? = nil) {
        self.checkedAt = checkedAt
        self.creationDate = creationDate
        self.firstSeen = firstSeen
    }
}

import CognitoSync

/// What a shard knows of one dataset while it holds a state of it, or has a call of it in the air.
///
/// Forgotten with the last of them; what is made anew later starts with a younger `invalidated`, so an answer that
/// left before cannot be stored.
struct DatasetEntry<Fetch: Sendable>: Sendable {
    /// A state, how sure it is, and since when.
    struct Cached: Sendable {
        var snapshot: DatasetSnapshot
        /// When the last call that showed this state began.
        var validatedAt: Instant
        /// Something happened that may have changed the dataset: it is asked before it is served again.
        var doubt: Explanation.Doubt?
        /// When it was last known to be the dataset that it began as.
        var checkedAt: Instant
        var creationDate: [UInt8]?
        /// A moment at which it was that dataset, by the service's clock in milliseconds since 1970.
        var firstSeen: Int64?
        var sessionToken: String?

        var isDoubted: Bool { doubt != nil }
    }

    struct PendingFetch: Sendable {
        let fetch: Fetch
        let stamp: Stamp
        let start: Instant
        let since: Int64
        /// It left to confirm what is held, and so answers whatever that does.
        let isRevalidation: Bool
        /// For those who join it without the table.
        let lease: FetchLease
    }

    let scope: DatasetScope
    var cached: Cached?
    /// Of the pages of the held state.
    var lease = Lease()
    /// An answer that left at this moment or before is fenced: it may not show what happened then.
    var invalidated: Stamp
    /// When the held state began, was last shown, doubted or voided; never before `invalidated`.
    ///
    /// It stays when the state is let go for room.
    /// A call that left at this moment or before may not show what somebody has been answered with, so a reader
    /// who comes now may not join it.
    var changed: Stamp {
        didSet { for call in fetches where call.stamp <= changed { call.lease.end() } }
    }
    /// Handles of its pages, oldest first, and their bytes.
    var pages: [Int] = []
    var pageBytes = 0
    var fetches: [PendingFetch] = []
    /// Writes in the air, and how many there have been.
    var writes = 0
    var writesStarted: UInt64 = 0
    /// Until then somebody may come with a token of a walk through the held state.
    var paginatedUntil: Instant?
    /// Where it stands in its owner's list.
    var position = 0

    init(scope: DatasetScope, now: Stamp) {
        self.scope = scope
        invalidated = now
        changed = now
    }

    /// What it takes to keep it; 0 for one without a state.
    var cost: Int { cached.map { $0.snapshot.cost + pageBytes + Self.overhead } ?? 0 }

    /// What a dataset costs beside its bytes: entry, scope, index, queue.
    private static var overhead: Int { 1024 }

    var isIdle: Bool { cached == nil && fetches.isEmpty && writes == 0 }
}

/// What a shard knows of one identity: which datasets it has of it, and how many bytes they take.
struct OwnerEntry: Sendable {
    private(set) var datasets: [Int] = []
    var bytes = 0

    /// Where it now stands.
    mutating func append(_ dataset: Int) -> Int {
        datasets.append(dataset)
        return datasets.count - 1
    }

    /// Fills the gap with the last one, and says which that is if there is a gap.
    mutating func remove(at position: Int) -> Int? {
        guard let last = datasets.popLast(), position < datasets.count else { return nil }
        datasets[position] = last
        return last
    }
}

/// A page that is ready to be sent.
struct Slot<Page: Sendable>: Sendable {
    let key: PageKey
    let dataset: Int
    let page: Page
    let cost: Int
    /// When what it carries, its session token, has become too old.
    let goodUntil: Instant
}

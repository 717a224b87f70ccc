package import CognitoSync

/// A page as it comes out of the table.
package struct PageHit<Page: Sendable>: Sendable {
    package let page: Page
    /// Nanoseconds since the state was last confirmed: since the call that showed it began.
    package let age: Int64
    /// Nanoseconds for which it stays fresh.
    package let timeToLive: Int64
    /// For who comes for it again.
    package let lease: PageLease
}

/// A state of a dataset that may be answered from.
package struct CachedState: Sendable {
    package let snapshot: DatasetSnapshot
    /// Nanoseconds since it was last confirmed.
    package var age: Int64
    /// Nanoseconds for which it stays fresh; 0 for a stale one.
    package var timeToLive: Int64
    /// The newest session token that the service gave for it.
    package let sessionToken: String?
}

/// What to do about a read, decided in one step.
package enum RecordsLookup<Page: Sendable, Fetch: Sendable>: Sendable {
    /// Answer with this page.
    case hit(PageHit<Page>)
    /// Answer with a page rendered from this state, and offer it to `keep`.
    case derive(CachedState)
    /// The same from a state that is past its time; who gets a flight too confirms it meanwhile.
    case stale(CachedState, (FetchToken, Fetch)?)
    /// Wait for a call in the air that left late enough to be an answer to this read.
    case wait(Fetch, FetchLease)
    /// Ask the service, and hand the ticket back with `complete` whatever happens.
    case lead(FetchToken, Fetch)
    /// A walk whose state is gone.
    case gone
}

/// A shared call in the air, to be handed back once.
package struct FetchToken: Sendable {
    package let dataset: DatasetScope
    package let start: Instant
    let stamp: Stamp
    package let plan: FetchPlan
    /// For others who ask the same.
    package let lease: FetchLease
}

/// What a shared call is to find out.
package enum FetchPlan: Sendable {
    /// What changed after this count, 0 for all.
    case list(since: Int64)
    /// What changed after the state that is held.
    case revalidate(RevalidationBase)

    package var since: Int64 {
        switch self {
        case .list(let since): since
        case .revalidate(let cached): cached.syncCount
        }
    }
}

/// A held state that is to be confirmed, and what is known about its beginning.
///
/// Counts alone cannot tell a dataset from another that was made under its name; when it was made can.
package struct RevalidationBase: Sendable {
    package let snapshot: DatasetSnapshot
    /// The CreationDate that DescribeDataset gave, as it was spelt; nil if it was never asked for.
    package let creationDate: [UInt8]?
    /// By the service's clock, in milliseconds since 1970: a dataset made after this is another one.
    package let firstSeen: Int64?
    /// It is time to ask, even if nothing has changed.
    package let isCheckDue: Bool

    package var syncCount: Int64 { snapshot.syncCount }
}

/// Whether a dataset is the one that it was when its copy began.
package enum IncarnationCheck: Sendable, Equatable {
    /// It was not asked.
    case notChecked
    /// It is, and was created then; the JSON number as it was spelt.
    case same(creationDate: [UInt8])
    /// It is not, or nobody could tell.
    case doubtful
}

/// What a shared call brought.
package enum FetchOutcome: Sendable {
    /// An answer, and a moment by the service's clock, in milliseconds since 1970, at which what it shows was there.
    case seen(Observation, at: Int64?, IncarnationCheck)
    /// The service does not know the count that was asked for: this dataset is not the one that had it.
    case unknownCount
    /// No answer, or none that means anything.
    case failed
}

/// What became of a finding.
package struct FetchResult: Sendable {
    /// Later readers are answered from it.
    package var isStored = false
    /// A state that those who waited may be answered from, whether it was stored or not.
    package var state: CachedState?
    /// Nothing can be said from what was found, because of what it showed of the dataset: ask anew.
    package var mustAskAgain = false
    /// There was no answer: this may be served in its place.
    package var stale: CachedState?
    /// Of a confirmation: what it showed.
    package var revalidation: Revalidation?

    package init() {}
}

/// What a confirmation showed.
package enum Revalidation: Sendable, Equatable {
    case unchanged
    case changed
    case failed
}

/// A read in the air whose answer is nobody else's, to be handed back with what it taught.
package struct BypassToken: Sendable, Hashable {
    package let scope: DatasetScope
    let start: Instant
    let stamp: Stamp
}

/// A write in the air, to be handed back with its outcome before its caller gets the answer.
package struct WriteToken: Sendable, Hashable {
    package let scope: DatasetScope
    let start: Instant
    let stamp: Stamp
    /// The sync count that was held when it left; the greatest number if none was.
    let cachedCount: Int64
    /// No other write to the dataset was in the air when it left.
    let isAlone: Bool
    let number: UInt64
}

/// What came of an UpdateRecords.
package enum WriteOutcome: Sendable {
    /// Answered 200; the records that it changed, if that is known.
    case applied(RecordChange?)
    /// Refused before it could change anything: any 4xx but 409.
    case rejected
    /// 409: the dataset is not what the writer was told, by this cache perhaps.
    case conflict
    /// Timed out, cut, or 5xx: it may have happened, or may yet happen.
    case unknown
}

/// What became of a change that somebody else told of.
package enum StreamOutcome: String, Sendable, CaseIterable {
    /// It continued what is held, and is part of it now.
    case merged
    /// It was known.
    case known
    /// It does not connect with what is held: the next read asks.
    case doubted
    /// Nothing is held of the dataset.
    case unheld
}

package import CognitoSync

/// A page as it comes out of the table.
package struct CachedPage<Page: Sendable>: Sendable {
    package let page: Page
    /// Nanoseconds since the fetch that confirmed it began.
    package let age: Int64
    /// Nanoseconds for which it stays fresh; 0 for a stale one.
    package let timeToLive: Int64
    /// The page says that the dataset does not exist.
    package let isAbsent: Bool
    /// Where the table has it, for `hit` to look there first.
    package let place: Int
}

/// What to do about a read, decided in one step.
package enum Lookup<Page: Sendable, Flight: Sendable>: Sendable {
    /// Answer with this page.
    case hit(CachedPage<Page>)
    /// Wait for a fetch in the air that started late enough to be an answer to this read.
    case wait(Flight)
    /// Fetch, and hand the ticket back with `complete` whatever happens. `stale` may be served in place of an
    /// error; ask `complete` again at the end, since a write may have come between.
    case lead(Ticket, Flight, stale: CachedPage<Page>?)
}

/// A shared fetch in the air, to be handed back once.
package struct Ticket: Sendable, Hashable {
    package let key: PageKey
    package let start: Instant
    let stamp: Stamp
}

/// A read in the air whose answer is nobody else's, to be handed back with what it taught.
package struct PassTicket: Sendable, Hashable {
    package let scope: DatasetScope
    let stamp: Stamp
}

/// A write in the air, to be handed back with its outcome before its caller gets the answer.
package struct WriteTicket: Sendable, Hashable {
    package let scope: DatasetScope
    let stamp: Stamp
}

/// What became of a fetch's answer; those who waited for it get it in any case.
package enum Fill<Page: Sendable>: Sendable {
    /// Later readers are answered with it.
    case stored
    /// Something happened meanwhile that the answer may not show.
    case fenced
    /// True, but not worth keeping: too large, too old on arrival, or a later one is already there.
    case declined
    /// There was no answer; `stale` may be served in its place.
    case failed(stale: CachedPage<Page>?)
}

/// What came of an UpdateRecords.
package enum WriteOutcome: Sendable, Equatable {
    /// Answered 200; the greatest sync count of its records, if it had any.
    case applied(newest: Int64?)
    /// Refused before it could change anything: any 4xx but 409.
    case rejected
    /// 409: the dataset is not what the writer was told, by this cache perhaps.
    case conflict
    /// Timed out, cut, or 5xx: it may have happened, or may yet happen.
    case unknown
}

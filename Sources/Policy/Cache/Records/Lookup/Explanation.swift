/// What the cache would do about a ListRecords if it came now, and why: for people, and for tests.
package struct Explanation: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        /// Answered with a page that is ready.
        case hit
        /// Answered with a page made of the records that are held.
        case derived
        /// Answered with what is held, although its time is over, while it is being confirmed.
        case stale
        /// Waits for a call that is in the air.
        case joined
        /// One ListRecords from the held count on confirms what is held or brings it up to date; the answer is
        /// made of that.
        case delta
        /// Asked upstream, and held.
        case fetch
        /// Asked upstream, and not held.
        case pass
    }

    /// One thing that led to the outcome.
    package enum Reason: String, CaseIterable, Sendable {
        /// Nothing is held of the dataset.
        case unheld
        /// Something happened that what is held may not show; `Cached.doubt` says what.
        case doubted
        /// What is held was confirmed within `cache.fresh`, or `cache.absent` where there is no dataset.
        case fresh
        /// It was not.
        case expired
        /// The dataset does not exist, as far as is known.
        case absent
        /// All records were asked for, and all are held.
        case whole
        /// All records were asked for, and only what changed after the base is held.
        case notWhole
        /// The count asked for is between the base and the count held: all that changed after it is held.
        case withinCounts
        /// The count asked for is below the base: what was removed before the base is not known.
        case belowBase
        /// The count asked for is above the one held: what is held is old, or the caller mistaken.
        case aboveCount
        /// This very page has been made before.
        case ready
        /// A call that may be waited for is in the air.
        case inTheAir
        /// No client asks for pages of that size: what the service makes of it is not known.
        case unusualPage
    }

    /// What put the held state in doubt: the last cause.
    package enum Doubt: String, CaseIterable, Sendable {
        /// A write whose outcome is not known, was a conflict, or does not continue what is held.
        case write
        /// A stream told of a change that does not connect with what is held.
        case stream
        /// An answer showed another state.
        case answer
        /// The gateway was told otherwise, as by a sync count that the service does not know.
        case told
    }

    /// What is held of the dataset.
    package struct Cached: Hashable, Sendable {
        /// The count that it stands at; 0 for a dataset that does not exist.
        package var syncCount: Int64
        /// The least count other than 0 from which all changes are held.
        package var base: Int64
        package var isWhole: Bool
        package var exists: Bool
        /// Nil while nothing speaks against it.
        package var doubt: Doubt?
        package var records: Int
        /// Of records, and of the pages made of them.
        package var bytes: Int
        /// Nanoseconds since it was last confirmed upstream.
        package var age: Int64
        /// Nanoseconds for which it is still answered from; 0 if its time is over.
        package var timeToLive: Int64

        package init(
            syncCount: Int64,
            base: Int64,
            isWhole: Bool,
            exists: Bool,
            doubt: Doubt?,
            records: Int,
            bytes: Int,
            age: Int64,
            timeToLive: Int64
        ) {
            self.syncCount = syncCount
            self.base = base
            self.isWhole = isWhole
            self.exists = exists
            self.doubt = doubt
            self.records = records
            self.bytes = bytes
            self.age = age
            self.timeToLive = timeToLive
        }
    }

    package var outcome: Outcome
    /// What weighed most comes first.
    package var reasons: [Reason]
    package var cached: Cached?

    package init(_ outcome: Outcome, because reasons: [Reason], cached: Cached? = nil) {
        self.outcome = outcome
        self.reasons = reasons
        self.cached = cached
    }
}

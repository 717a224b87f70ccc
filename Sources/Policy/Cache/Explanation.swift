/// What the cache would do about a ListRecords if it came now, and why: for people, and for tests.
package struct Explanation: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        /// Answered with a page that is ready.
        case hit
        /// Answered with a page made of the records that are held.
        case derived
        /// Answered with what is held, although its time is over: the operator allows it.
        case stale
        /// Waits for a fetch or a confirmation that is in the air.
        case joined
        /// One small ListRecords confirms or brings up to date what is held, and the answer is made of that.
        case delta
        /// Asked upstream, and kept.
        case fetch
        /// Asked upstream, and not kept.
        case pass
    }

    /// One thing that led to the outcome.
    package enum Reason: String, CaseIterable, Sendable {
        /// Nothing is held of the dataset.
        case unheld
        /// What is held was confirmed within `cache.fresh`, or within `cache.absent` where there is no dataset.
        case fresh
        /// It was not.
        case expired
        /// Something happened that what is held may not show; `Held.doubt` says what.
        case doubted
        /// A write is in the air.
        case writing
        /// A fetch that may be waited for is in the air.
        case fetching
        /// This very page is held, as it was asked for before.
        case ready
        /// The count asked for is between the base and the count held: all that changed after it is held.
        case withinCounts
        /// All records were asked for, and all are held.
        case whole
        /// All records were asked for, and only what changed after the base is held.
        case notWhole
        /// The count asked for is below the base: what was removed before the base is not known.
        case belowBase
        /// The count asked for is above the one held: what is held is old, or the caller mistaken.
        case aboveCount
        /// The identity has merged datasets, of which counts tell nothing.
        case merged
        /// The dataset was deleted after the count that was asked for.
        case deleted
        /// The answer has members that this gateway does not know.
        case unknownMembers
        /// The dataset does not exist, as far as is known.
        case absent
        /// A whole listing may have to show what was removed, and whether the service does is not known.
        case tombstones
        /// There is no room: the dataset, or its identity, is too large to be kept.
        case tooLarge
    }

    /// Why what is held is doubted: the last cause.
    package enum Doubt: String, CaseIterable, Sendable {
        /// A write ended whose answer does not continue what is held.
        case write
        /// A write of which nobody knows what came of it.
        case unknownOutcome
        /// A writer was refused: the dataset is not what it was told.
        case conflict
        /// The service does not know a sync count that was handed out.
        case refusal
        /// A stream told of a change that could not be placed.
        case stream
        /// A caller or an operator asked for a confirmed answer.
        case asked
        /// An answer contradicts what is held.
        case contradiction
    }

    /// What is held of the dataset.
    package struct Held: Hashable, Sendable {
        /// The count that it stands at.
        package var syncCount: Int64
        /// The least count other than 0 from which all changes are held; nil where pages are held one by one.
        package var base: Int64?
        package var isWhole: Bool
        package var exists: Bool
        package var records: Int
        package var bytes: Int
        /// Nanoseconds since it was last confirmed upstream.
        package var age: Int64
        /// Nanoseconds for which it is still answered from; 0 if its time is over.
        package var timeToLive: Int64
        package var doubt: Doubt?

        package init(
            syncCount: Int64,
            base: Int64?,
            isWhole: Bool,
            exists: Bool,
            records: Int,
            bytes: Int,
            age: Int64,
            timeToLive: Int64,
            doubt: Doubt? = nil
        ) {
            self.syncCount = syncCount
            self.base = base
            self.isWhole = isWhole
            self.exists = exists
            self.records = records
            self.bytes = bytes
            self.age = age
            self.timeToLive = timeToLive
            self.doubt = doubt
        }
    }

    package var outcome: Outcome
    /// What weighed most comes first.
    package var reasons: [Reason]
    package var held: Held?

    package init(_ outcome: Outcome, because reasons: [Reason], held: Held? = nil) {
        self.outcome = outcome
        self.reasons = reasons
        self.held = held
    }
}

/// The decision about a ListRecords that would come now, and its reasons: for people, and for tests.
///
/// The raw values are in the response of `GET /explain`.
package struct Explanation: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        /// Served by a page that is ready.
        case hit
        /// Served by a page rendered from the snapshot.
        case derived
        /// Served from the snapshot although it is stale, while it is revalidated.
        case stale
        /// Waits for a fetch in flight.
        case joined
        /// Revalidated, or brought up to date, by a ListRecords from the cached count on.
        case delta
        /// Fetched upstream, and cached.
        case fetch
        /// Forwarded upstream, and not cached.
        case pass
        /// Refused: the snapshot that the pagination began in is gone.
        case gone
    }

    /// Whether a read would be answered without a wait for upstream.
    package var isCached: Bool {
        switch outcome {
        case .hit, .derived, .stale, .gone: true
        case .joined, .delta, .fetch, .pass: false
        }
    }

    /// A fact that led to the outcome.
    package enum Reason: String, CaseIterable, Sendable {
        /// Nothing is cached of the dataset.
        case unheld
        /// An event happened that may have changed the dataset; `Cached.doubt` names it.
        case doubted
        /// The snapshot was validated within `cache.fresh`, or `cache.absent` where there is no dataset.
        case fresh
        /// It was not.
        case expired
        /// The dataset does not exist, as far as is known.
        case absent
        /// All records were asked for, and all are cached.
        case whole
        /// All records were asked for, and only those changed after the base are cached.
        case notWhole
        /// The count asked for is between the base and the cached count: all changes after it are cached.
        case withinCounts
        /// The count asked for is below the base: the records removed before the base are not known.
        case belowBase
        /// The count asked for is above the cached one: the snapshot is old, or the caller mistaken.
        case aboveCount
        /// The count asked for is one below a count that the service did not know.
        case belowUnknownCount
        /// The listing has too many pages to be cached.
        case tooLong
        /// This very page has been rendered before.
        case ready
        /// A fetch is in flight that the read may join.
        case inTheAir
        /// No SDK asks for pages of that size: what the service makes of it is not known.
        case unusualPage
        /// The snapshot that the pagination began in is there.
        case samePagination
        /// The snapshot that the pagination began in is not there.
        case otherSnapshot
    }

    /// The last event that made the snapshot doubtful.
    package enum Doubt: String, CaseIterable, Sendable {
        /// A write whose outcome is not known, was a conflict, or does not continue the snapshot.
        case write
        /// A stream event that does not connect with the snapshot.
        case stream
        /// A response that showed another state.
        case answer
        /// Another sign, such as a sync count that the service does not know.
        case told
    }

    /// The facts of what is cached of the dataset.
    package struct Cached: Hashable, Sendable {
        /// The count of the snapshot; 0 for a dataset that does not exist.
        package var syncCount: Int64
        /// The least count other than 0 after which all changes are cached.
        package var base: Int64
        package var isWhole: Bool
        package var exists: Bool
        /// The reason why it is doubtful; nil if it is not.
        package var doubt: Doubt?
        package var records: Int
        /// The bytes of the records, and of the pages rendered from them.
        package var bytes: Int
        /// Nanoseconds since it was last validated upstream.
        package var age: Int64
        /// Nanoseconds for which it stays fresh; 0 for a stale one.
        package var timeToLive: Int64
        /// The number of session tokens of upstream at hand, each good for one write.
        package var sessionTokens: Int

        package init(
            syncCount: Int64,
            base: Int64,
            isWhole: Bool,
            exists: Bool,
            doubt: Doubt?,
            records: Int,
            bytes: Int,
            age: Int64,
            timeToLive: Int64,
            sessionTokens: Int = 0
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
            self.sessionTokens = sessionTokens
        }
    }

    package var outcome: Outcome
    /// The reasons, the weightiest first.
    package var reasons: [Reason]
    package var cached: Cached?
    /// The writes of the dataset whose retries would get their success or another inquiry.
    package var rememberedWrites = 0

    package init(_ outcome: Outcome, because reasons: [Reason], cached: Cached? = nil) {
        self.outcome = outcome
        self.reasons = reasons
        self.cached = cached
    }
}

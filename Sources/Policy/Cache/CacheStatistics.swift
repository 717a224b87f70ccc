/// The contents of a shard, and what it has done since it was made.
package struct CacheStatistics: Sendable, Equatable {
    package internal(set) var pages = 0
    package internal(set) var bytes = 0
    package internal(set) var datasets = 0
    /// The number of fetches in flight.
    package internal(set) var fetches = 0
    /// The number of entries dropped for room.
    package internal(set) var evictions = 0
    /// The number of fetched responses that the fence kept out.
    package internal(set) var fencedFills = 0
    /// The number of fetches that never came back.
    package internal(set) var lostFetches = 0
    /// The number of pages dropped, by reason.
    package internal(set) var invalidated: [Invalidation: Int] = [:]

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.pages += right.pages
        sum.bytes += right.bytes
        sum.datasets += right.datasets
        sum.fetches += right.fetches
        sum.evictions += right.evictions
        sum.fencedFills += right.fencedFills
        sum.lostFetches += right.lostFetches
        sum.invalidated.merge(right.invalidated, uniquingKeysWith: +)
        return sum
    }

    package init() {}

    /// Returns the counters with the present contents of a shard.
    func with<Fetch, Question>(
        _ board: FetchBoard<Fetch, Question>,
        pages: Int,
        bytes: Int,
        datasets: Int = 0
    ) -> Self {
        var sum = self
        (sum.pages, sum.bytes, sum.datasets) = (pages, bytes, datasets)
        (sum.fetches, sum.lostFetches) = (board.count, board.lost)
        return sum
    }
}

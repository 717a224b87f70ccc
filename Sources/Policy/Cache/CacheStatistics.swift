/// Why pages were dropped before their time.
package enum Invalidation: String, Sendable, CaseIterable {
    /// A write through the gateway ended.
    case write
    /// A stream told of a change that does not connect with what is held.
    case stream
    /// DeleteDataset, which voids the whole identity.
    case delete
    /// An answer showed a newer sync count: somebody wrote round the gateway.
    case newer
    /// An answer contradicts what was known: deleted and made again, or too late to be placed.
    case contradiction
    /// An operator asked for it.
    case purge
}

/// What a shard holds and has done since it was made.
package struct CacheStatistics: Sendable, Equatable {
    package internal(set) var pages = 0
    package internal(set) var bytes = 0
    package internal(set) var datasets = 0
    package internal(set) var fetches = 0
    /// Pages dropped for room.
    package internal(set) var evictions = 0
    package internal(set) var fencedFills = 0
    /// Fetches that never came back.
    package internal(set) var lostFetches = 0
    /// Pages dropped, by reason.
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
}

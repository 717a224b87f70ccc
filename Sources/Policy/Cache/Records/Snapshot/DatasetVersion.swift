/// The version of a dataset, in the order in which its states follow each other: absent, then by sync count.
///
/// A dataset that is deleted and made again runs through the order again. So a version that went down proves a
/// deletion, and one that did not proves nothing.
struct DatasetVersion: Sendable, Hashable, Comparable {
    static let absent = Self(rank: -1)

    private let rank: Int64

    private init(rank: Int64) { self.rank = rank }

    init(syncCount: Int64) { rank = max(0, syncCount) }

    /// Creates the version that a response shows.
    init(syncCount: Int64, exists: Bool) { self = exists ? Self(syncCount: syncCount) : .absent }

    var isAbsent: Bool { rank < 0 }

    /// The DatasetSyncCount of the version; 0 for a dataset that does not exist.
    var syncCount: Int64 { max(0, rank) }

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

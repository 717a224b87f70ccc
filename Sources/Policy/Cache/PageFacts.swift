/// What the table must know of an answer to place it in the dataset's history.
package struct PageFacts: Sendable, Hashable {
    /// The answer's DatasetSyncCount.
    package var syncCount: Int64
    /// The answer's DatasetExists.
    package var exists: Bool

    package init(syncCount: Int64, exists: Bool) {
        self.syncCount = syncCount
        self.exists = exists
    }

    /// Nil for an answer that cannot be placed: a dataset that exists with a count below 0.
    var version: DatasetVersion? {
        guard exists else { return .absent }
        return syncCount < 0 ? nil : DatasetVersion(syncCount: syncCount)
    }
}

/// A state of a dataset in the order in which its states follow each other: absent, then by sync count.
///
/// A dataset that is deleted and made again runs through the order anew, so a version that went down proves a
/// deletion, and one that did not proves nothing.
struct DatasetVersion: Sendable, Hashable, Comparable {
    static let absent = Self(rank: -1)

    private let rank: Int64

    private init(rank: Int64) { self.rank = rank }

    init(syncCount: Int64) { rank = max(0, syncCount) }

    var isAbsent: Bool { rank < 0 }

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

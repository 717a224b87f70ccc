/// A state of a dataset in the order in which its states follow each other: absent, then by sync count.
///
/// A dataset that is deleted and made again runs through the order anew, so a version that went down proves a
/// deletion, and one that did not proves nothing.
struct DatasetVersion: Sendable, Hashable, Comparable {
    static let absent = Self(rank: -1)

    private let rank: Int64

    private init(rank: Int64) { self.rank = rank }

    init(syncCount: Int64) { rank = max(0, syncCount) }

    /// Nil where the two members of an answer contradict each other.
    init?(syncCount: Int64, exists: Bool) {
        guard exists else {
            self = .absent
            return
        }
        guard syncCount >= 0 else { return nil }
        self.init(syncCount: syncCount)
    }

    var isAbsent: Bool { rank < 0 }

    /// The DatasetSyncCount that says so; 0 for a dataset that is not there.
    var syncCount: Int64 { max(0, rank) }

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

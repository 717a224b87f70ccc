/// A moment on the logical clock of a shard, which moves with every fetch sent and every change of knowledge.
///
/// Orders events that the same nanosecond may hold. The clock never goes back while the shard lives. So a stamp from
/// before an entry was forgotten is older than every stamp of the entry that replaces it.
struct Stamp: Sendable, Hashable, Comparable {
    private var value: UInt64 = 0

    /// Moves the clock and returns the new moment.
    mutating func next() -> Self {
        value &+= 1
        return self
    }

    static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

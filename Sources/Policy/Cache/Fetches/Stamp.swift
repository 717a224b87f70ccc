/// A moment on a shard's logical clock, which moves with every departure of a call and every change of
/// knowledge.
///
/// Orders events that the same nanosecond may hold; the clock never goes back in a shard's life, so what was
/// made before an entry was forgotten and made anew has an older stamp than the new entry.
struct Stamp: Sendable, Hashable, Comparable {
    private var value: UInt64 = 0

    /// Moves the clock and gives the new moment.
    mutating func next() -> Self {
        value &+= 1
        return self
    }

    static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

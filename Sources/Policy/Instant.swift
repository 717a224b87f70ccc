/// A moment on the monotonic clock, in nanoseconds from an arbitrary start.
///
/// Decisions take it as an argument; only the shell reads the clock. Arithmetic saturates: a configured duration never
/// traps.
package struct Instant: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Returns the nanoseconds since an earlier moment; never negative.
    package func nanoseconds(since earlier: Self) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? .max : max(0, difference)
    }

    package func advanced(byNanoseconds interval: Int64) -> Self {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(interval)
        return Self(nanoseconds: overflow ? .max : sum)
    }
}

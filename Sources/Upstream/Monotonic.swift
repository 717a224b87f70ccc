import Glibc

/// The clock of the transfer thread: nanoseconds that never go back.
enum Monotonic {
    static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func now(plusMilliseconds milliseconds: Int) -> Int64 {
        now() + Int64(clamping: min(milliseconds, 86_400_000)) * 1_000_000
    }
}

extension Duration {
    /// The duration in nanoseconds, limited to the range from zero to a year.
    ///
    /// Adding such a value to the clock cannot overflow.
    var nanoseconds: Int64 {
        let year: Int64 = 365 * 86_400
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < year else { return year * 1_000_000_000 }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The duration in whole milliseconds, rounded up, at least one.
    var milliseconds: Int { max(1, Int((nanoseconds + 999_999) / 1_000_000)) }
}

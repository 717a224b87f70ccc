internal import Messages

/// A time of day in RFC 3339, UTC, with milliseconds, from nanoseconds since 1970.
///
/// By hand: a formatter for each line would cost more than the rest of it.
enum WallTime {
    static func text(nanosecondsSince1970 nanoseconds: Int64) -> String {
        let milliseconds = floorDivide(nanoseconds, 1_000_000)
        let second = floorDivide(milliseconds, 1000)
        return text(second: second) + fraction(milliseconds - second * 1000)
    }

    /// The text up to and with the point.
    private static func text(second: Int64) -> String {
        let time = CivilTime(epochSeconds: second)
        return padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2)
            + "T" + padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2) + "."
    }

    private static func fraction(_ milliseconds: Int64) -> String { padded(milliseconds, 3) + "Z" }

    /// The text of the last second that was asked for: lines come many a second.
    struct Memory: Sendable {
        private var second = Int64.min
        private var text = ""

        mutating func text(nanosecondsSince1970 nanoseconds: Int64) -> String {
            let milliseconds = floorDivide(nanoseconds, 1_000_000)
            let second = floorDivide(milliseconds, 1000)
            if second != self.second {
                self.second = second
                text = WallTime.text(second: second)
            }
            return text + fraction(milliseconds - second * 1000)
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

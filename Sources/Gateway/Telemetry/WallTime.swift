internal import Messages

/// A time of day in RFC 3339, UTC, with milliseconds, from nanoseconds since 1970.
///
/// By hand: a formatter for each line would cost more than the rest of it.
enum WallTime {
    static func text(nanosecondsSince1970 nanoseconds: Int64) -> String {
        let milliseconds = floorDivide(nanoseconds, 1_000_000)
        let seconds = floorDivide(milliseconds, 1000)
        let time = CivilTime(epochSeconds: seconds)
        return padded(time.year, 4) + "-" + padded(time.month, 2) + "-" + padded(time.day, 2)
            + "T" + padded(time.hour, 2) + ":" + padded(time.minute, 2) + ":" + padded(time.second, 2)
            + "." + padded(milliseconds - seconds * 1000, 3) + "Z"
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

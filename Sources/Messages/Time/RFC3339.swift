/// The form of a moment in RFC 3339: UTC with milliseconds, such as `2015-08-30T12:36:00.000Z`.
///
/// It is written by hand, because a formatter would cost more than all the rest of a log line.
package enum RFC3339 {
    package static func text(nanosecondsSince1970 nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds.floored(by: 1_000_000)
        let second = milliseconds.floored(by: 1000)
        return text(second: second) + fraction(milliseconds - second * 1000)
    }

    /// Returns the text up to the point, which is included.
    private static func text(second: Int64) -> String {
        let time = CivilTime(epochSeconds: second)
        let date = [(time.year, 4), (time.month, 2), (time.day, 2)]
        let clock = [time.hour, time.minute, time.second]
        return date.map { DecimalDigits.padded($0, width: $1) }.joined(separator: "-") + "T"
            + clock.map { DecimalDigits.padded($0, width: 2) }.joined(separator: ":") + "."
    }

    private static func fraction(_ milliseconds: Int64) -> String {
        DecimalDigits.padded(milliseconds, width: 3) + "Z"
    }

    /// The text of the most recent second, which the many lines of a second share.
    package struct Memory: Sendable {
        private var second = Int64.min
        private var text = ""

        package init() {}

        package mutating func text(nanosecondsSince1970 nanoseconds: Int64) -> String {
            let milliseconds = nanoseconds.floored(by: 1_000_000)
            let second = milliseconds.floored(by: 1000)
            if second != self.second {
                self.second = second
                text = RFC3339.text(second: second)
            }
            return text + fraction(milliseconds - second * 1000)
        }
    }
}

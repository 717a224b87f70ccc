/// A second in UTC, in the two spellings that SigV4 signs: `20150830` and `20150830T123600Z`.
///
/// The proleptic Gregorian calendar by integer arithmetic, after Howard Hinnant's `civil_from_days`; leap
/// seconds do not exist, as in POSIX. Seconds outside of the years 1970 to 9999 are taken for the nearest one
/// inside.
package struct SigningTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let epochSeconds: Int64
    /// The day, `20150830`: what a derived key is bound to.
    package let date: String
    /// The second, `20150830T123600Z`: what `x-amz-date` carries.
    package let timestamp: String

    private static let last: Int64 = 253_402_300_799

    package init(epochSeconds: Int64) {
        self.epochSeconds = min(max(epochSeconds, 0), Self.last)
        let text = Self.text(self.epochSeconds)
        date = String(decoding: text[..<8], as: UTF8.self)
        timestamp = String(decoding: text, as: UTF8.self)
    }

    /// Reads the basic ISO 8601 form that `x-amz-date` has, and no other; nil for days that do not exist.
    package init?(parsing timestamp: String) {
        let text = Array(timestamp.utf8)
        guard text.count == 16, text[8] == UInt8(ascii: "T"), text[15] == UInt8(ascii: "Z"),
            let year = Self.number(text[0..<4]), let month = Self.number(text[4..<6]),
            let day = Self.number(text[6..<8]), let hour = Self.number(text[9..<11]),
            let minute = Self.number(text[11..<13]), let second = Self.number(text[13..<15]),
            year >= 1970, 1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(epochSeconds: days * 86_400 + hour * 3_600 + minute * 60 + second)
        // The 30th of February has become the 1st or 2nd of March.
        guard self.timestamp == timestamp else { return nil }
    }

    package static func < (left: Self, right: Self) -> Bool { left.epochSeconds < right.epochSeconds }

    /// The time so many seconds later, or earlier.
    package func advanced(bySeconds seconds: Int64) -> Self {
        let (sum, overflow) = epochSeconds.addingReportingOverflow(seconds)
        return Self(epochSeconds: overflow ? (seconds < 0 ? 0 : Self.last) : sum)
    }

    /// The 16 bytes of the timestamp; the first 8 are the date.
    private static func text(_ epochSeconds: Int64) -> [UInt8] {
        let (year, month, dayOfMonth) = civil(day: epochSeconds / 86_400)
        let second = epochSeconds % 86_400
        var output: [UInt8] = []
        output.reserveCapacity(16)
        append(year / 100, to: &output)
        append(year % 100, to: &output)
        append(month, to: &output)
        append(dayOfMonth, to: &output)
        output.append(UInt8(ascii: "T"))
        append(second / 3_600, to: &output)
        append(second / 60 % 60, to: &output)
        append(second % 60, to: &output)
        output.append(UInt8(ascii: "Z"))
        return output
    }

    private static func append(_ number: Int64, to output: inout [UInt8]) {
        output.append(UInt8(truncatingIfNeeded: 0x30 + number / 10))
        output.append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var number: Int64 = 0
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return nil }
            number = number * 10 + Int64(digit - 0x30)
        }
        return number
    }

    /// Days since 1970 of a date; the year begins in March, so that the leap day is its last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse of `days`.
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}

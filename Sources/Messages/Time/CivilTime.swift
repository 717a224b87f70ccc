/// A second in UTC, as a date and a time of day.
///
/// The calendar is the proleptic Gregorian one, by the integer arithmetic of Howard Hinnant's
/// "chrono-compatible low-level date algorithms". The year begins in March, so that the leap day is its last
/// day. An era has 400 years. Leap seconds do not exist, as in POSIX.
package struct CivilTime: Sendable, Hashable {
    package let year: Int64
    /// The month from 1 to 12.
    package let month: Int64
    /// The day from 1 to 31.
    package let day: Int64
    package let hour: Int64
    package let minute: Int64
    package let second: Int64

    /// Converts seconds since 1970-01-01T00:00:00Z; they are negative before that moment.
    package init(epochSeconds: Int64) {
        let days = epochSeconds.floored(by: 86_400)
        let secondOfDay = epochSeconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Checks a date and a time of the years 1970 to 9999; nil for one that does not exist, such as February
    /// 30.
    package init?(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        guard 1970...9999 ~= year, 1...12 ~= month, 1...31 ~= day, 0..<24 ~= hour, 0..<60 ~= minute,
            0..<60 ~= second
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        // February 30 has become March 1 or 2.
        guard Self(epochSeconds: epochSeconds) == self else { return nil }
    }

    package var epochSeconds: Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year.floored(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3_600 + minute * 60 + second
    }
}

extension Int64 {
    /// Returns the quotient rounded down, also for a negative dividend.
    func floored(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// The moment in a Date field: RFC 9110, section 5.6.7, its preferred form only (`Tue, 11 Nov 2014 18:32:30 GMT`).
package struct HTTPDate: Sendable, Equatable {
    /// Seconds since 1970, UTC.
    package let epochSeconds: Int64

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2, words[3].utf8.count == 4,
            let month = Self.months.firstIndex(of: String(words[2])),
            let day = DecimalDigits.integer(words[1]), (1...31).contains(day),
            let year = DecimalDigits.integer(words[3]), year >= 1970
        else { return nil }
        let parts = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = DecimalDigits.integer(parts[0]), hour < 24,
            let minute = DecimalDigits.integer(parts[1]), minute < 60,
            let second = DecimalDigits.integer(parts[2]), second < 61
        else { return nil }
        // Days since 1970 by the civil calendar, the year beginning in March (Howard Hinnant's `days_from_civil`).
        let (shiftedYear, shiftedMonth) = month < 2 ? (year - 1, Int64(month) + 10) : (year, Int64(month) - 2)
        let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
        let days = shiftedYear * 365 + leapDays + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468
        epochSeconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    }
}

/// The moment in a Date field: RFC 9110, section 5.6.7, its preferred form (`Tue, 11 Nov 2014 18:32:30 GMT`).
package struct HTTPDate: Sendable, Hashable {
    /// Seconds since 1970, UTC.
    package let epochSeconds: Int64

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// The last second of the year 9999.
    private static let last: Int64 = 253_402_300_799

    /// A moment outside the years 1970 to 9999 is taken for the nearer end.
    package init(epochSeconds: Int64) { self.epochSeconds = min(max(0, epochSeconds), Self.last) }

    /// Reads the preferred form; nil for any other and for days that do not exist.
    ///
    /// The weekday is not compared with the date: it adds nothing.
    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].utf8.count == 4, words[5] == "GMT",
            let month = Self.months.firstIndex(where: { $0 == words[2] }),
            let day = Self.number(words[1], digits: 2), let year = Self.number(words[3], digits: 4)
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = Self.number(clock[0], digits: 2),
            let minute = Self.number(clock[1], digits: 2), let second = Self.number(clock[2], digits: 2),
            // A leap second is allowed in the text, and is the next minute's first by POSIX.
            second <= 60,
            let time = CivilTime(
                year: year,
                month: Int64(month) + 1,
                day: day,
                hour: hour,
                minute: minute,
                second: min(second, 59)
            )
        else { return nil }
        epochSeconds = time.epochSeconds + (second == 60 ? 1 : 0)
    }

    package var text: String {
        let time = CivilTime(epochSeconds: epochSeconds)
        let weekday = Self.weekdays[Int(epochSeconds / 86_400 % 7)]
        return "\(weekday), \(Self.pad(time.day)) \(Self.months[Int(time.month) - 1]) \(time.year) "
            + "\(Self.pad(time.hour)):\(Self.pad(time.minute)):\(Self.pad(time.second)) GMT"
    }

    private static func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func number(_ text: Substring, digits: Int) -> Int64? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int64(text)
    }
}

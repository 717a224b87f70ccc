/// The moment in a Date field, in the preferred form of RFC 9110 section 5.6.7
/// (`Tue, 11 Nov 2014 18:32:30 GMT`).
package struct HTTPDate: Sendable, Hashable {
    /// The seconds since 1970, UTC.
    package let epochSeconds: Int64

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// The last second of the year 9999.
    private static let last: Int64 = 253_402_300_799

    /// Creates a date; a moment outside of the years 1970 to 9999 becomes the nearer end.
    package init(epochSeconds: Int64) { self.epochSeconds = min(max(0, epochSeconds), Self.last) }

    /// Parses the preferred form; nil for any other form and for days that do not exist.
    ///
    /// Every part has a fixed position. The weekday is not compared with the date, because it adds nothing.
    package init?(_ text: String) {
        let text = text.utf8.span
        guard text.count == 29, text.isWord(at: 0..<4), text.equals(" ", at: 4), text.equals(" ", at: 7),
            text.equals(" ", at: 11), text.equals(" ", at: 16), text.equals(":", at: 19),
            text.equals(":", at: 22),
            text.equals(" GMT", at: 25),
            let month = Self.months.firstIndex(where: { text.equals($0, at: 8) }),
            let day = text.number(at: 5..<7), let year = text.number(at: 12..<16),
            let hour = text.number(at: 17..<19), let minute = text.number(at: 20..<22),
            let second = text.number(at: 23..<25),
            // A leap second is allowed in the text. By POSIX it is the first second of the next minute.
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
        let clock = [time.hour, time.minute, time.second].map { DecimalDigits.padded($0, width: 2) }
        return "\(weekday), \(DecimalDigits.padded(time.day, width: 2)) \(Self.months[Int(time.month) - 1]) "
            + "\(time.year) \(clock.joined(separator: ":")) GMT"
    }
}

/// The parts of a text at fixed positions.
extension Span<UInt8> {
    fileprivate func equals(_ literal: String, at start: Int) -> Bool {
        let literal = literal.utf8.span
        return extracting(start..<start + literal.count).equals(literal)
    }

    fileprivate func isWord(at range: Range<Int>) -> Bool {
        for index in range where self[index] == UInt8(ascii: " ") { return false }
        return true
    }

    fileprivate func number(at range: Range<Int>) -> Int64? { DecimalDigits.value(extracting(range)) }
}

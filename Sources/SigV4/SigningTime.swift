import Messages

/// A second in UTC, in the two forms that SigV4 signs: `20150830` and `20150830T123600Z`.
///
/// A second outside of the years 1970 to 9999 becomes the nearest one inside.
package struct SigningTime: Sendable, Hashable, Comparable {
    /// The seconds since 1970-01-01T00:00:00Z.
    package let epochSeconds: Int64
    /// The day in the form `20150830`, to which a derived key is bound.
    package let date: String
    /// The second in the form `20150830T123600Z`, which `x-amz-date` carries.
    package let timestamp: String

    private static let last: Int64 = 253_402_300_799

    package init(epochSeconds: Int64) {
        self.epochSeconds = min(max(epochSeconds, 0), Self.last)
        let text = Self.text(self.epochSeconds)
        date = String(decoding: text[..<8], as: UTF8.self)
        timestamp = String(decoding: text, as: UTF8.self)
    }

    /// Parses the basic ISO 8601 form of `x-amz-date` alone; nil for any other form and for days that do not
    /// exist.
    package init?(parsing timestamp: String) {
        let text = timestamp.utf8.span
        guard text.count == 16, text[8] == UInt8(ascii: "T"), text[15] == UInt8(ascii: "Z"),
            let year = DecimalDigits.value(text.extracting(0..<4)),
            let month = DecimalDigits.value(text.extracting(4..<6)),
            let day = DecimalDigits.value(text.extracting(6..<8)),
            let hour = DecimalDigits.value(text.extracting(9..<11)),
            let minute = DecimalDigits.value(text.extracting(11..<13)),
            let second = DecimalDigits.value(text.extracting(13..<15)),
            let time = CivilTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        self.init(epochSeconds: time.epochSeconds)
    }

    package static func < (left: Self, right: Self) -> Bool { left.epochSeconds < right.epochSeconds }

    /// Returns the time a number of seconds later, or earlier if the number is negative.
    package func advanced(bySeconds seconds: Int64) -> Self {
        guard seconds != 0 else { return self }
        let (sum, overflow) = epochSeconds.addingReportingOverflow(seconds)
        return Self(epochSeconds: overflow ? (seconds < 0 ? 0 : Self.last) : sum)
    }

    /// Returns the 16 bytes of the timestamp, of which the first 8 are the date.
    private static func text(_ epochSeconds: Int64) -> [UInt8] {
        let time = CivilTime(epochSeconds: epochSeconds)
        var text: [UInt8] = []
        text.append(addingCapacity: 16) { (output: inout OutputSpan<UInt8>) in
            for number in [time.year / 100, time.year % 100, time.month, time.day] {
                DecimalDigits.append(twoDigits: number, to: &output)
            }
            output.append(UInt8(ascii: "T"))
            for number in [time.hour, time.minute, time.second] {
                DecimalDigits.append(twoDigits: number, to: &output)
            }
            output.append(UInt8(ascii: "Z"))
        }
        return text
    }
}

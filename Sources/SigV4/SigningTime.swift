internal import Messages

/// A second in UTC, in the two spellings that SigV4 signs: `20150830` and `20150830T123600Z`.
///
/// Seconds outside of the years 1970 to 9999 are taken for the nearest one inside.
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

    /// The time so many seconds later, or earlier.
    package func advanced(bySeconds seconds: Int64) -> Self {
        guard seconds != 0 else { return self }
        let (sum, overflow) = epochSeconds.addingReportingOverflow(seconds)
        return Self(epochSeconds: overflow ? (seconds < 0 ? 0 : Self.last) : sum)
    }

    /// The 16 bytes of the timestamp; the first 8 are the date.
    private static func text(_ epochSeconds: Int64) -> [UInt8] {
        let time = CivilTime(epochSeconds: epochSeconds)
        var text: [UInt8] = []
        text.append(addingCapacity: 16) { (output: inout OutputSpan<UInt8>) in
            append(time.year / 100, to: &output)
            append(time.year % 100, to: &output)
            append(time.month, to: &output)
            append(time.day, to: &output)
            output.append(UInt8(ascii: "T"))
            append(time.hour, to: &output)
            append(time.minute, to: &output)
            append(time.second, to: &output)
            output.append(UInt8(ascii: "Z"))
        }
        return text
    }

    private static func append(_ number: Int64, to output: inout OutputSpan<UInt8>) {
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
}

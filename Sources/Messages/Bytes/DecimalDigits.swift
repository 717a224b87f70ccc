/// Decimal digits of a fixed number, without a sign: the parts of dates, and the numbers of HTTP.
package enum DecimalDigits {
    /// Returns the value of 1 to 18 digits; nil for any other text.
    package static func value(_ digits: Span<UInt8>) -> Int64? {
        guard 1...18 ~= digits.count else { return nil }
        var value: Int64 = 0
        for index in digits.indices {
            guard digits[index].isDigit else { return nil }
            value = value * 10 + Int64(digits[index] - 0x30)
        }
        return value
    }

    /// Appends a number as Swift writes it, without a string in between.
    package static func append(_ number: Int64, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        append(magnitude: number.magnitude, to: &bytes)
    }

    private static func append(magnitude number: UInt64, to bytes: inout [UInt8]) {
        if number >= 10 { append(magnitude: number / 10, to: &bytes) }
        bytes.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends the two digits of a number below 100.
    package static func append(twoDigits number: Int64, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(truncatingIfNeeded: 0x30 + number / 10))
        output.append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }

    /// Returns the number with zeros in front, if it has fewer digits than the width.
    package static func padded(_ number: Int64, width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A moment in milliseconds since 1970, UTC: the precision that the service keeps.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package func advanced(by milliseconds: Int64) -> Self {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Self(milliseconds: overflow ? .max : sum)
    }

    /// Seconds as the service writes them: `1.413836234607E9`, the text that Java makes of a double.
    ///
    /// Java leaves out the exponent below ten million seconds and always keeps one digit behind the point.
    package var text: String {
        let sign = milliseconds < 0 ? "-" : ""
        let magnitude = String(milliseconds.magnitude)
        let digits = String(repeating: "0", count: max(0, 4 - magnitude.utf8.count)) + magnitude
        let exponent = digits.utf8.count - 4
        let point = exponent >= 7 ? 1 : exponent + 1
        var fraction = digits.dropFirst(point)
        while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
        return sign + digits.prefix(point) + "." + fraction + (exponent >= 7 ? "E\(exponent)" : "")
    }

    /// Reads seconds as any client sends them: an integer, a fraction, an exponent; nil beyond what 64 bits hold.
    ///
    /// What is finer than a millisecond is cut off.
    package init?(seconds text: String) {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes.removeFirst() }
        var digits: [UInt8] = []
        var behindPoint: Int?
        while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            bytes.removeFirst()
            switch byte {
            case UInt8(ascii: "."):
                guard behindPoint == nil else { return nil }
                behindPoint = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(byte - UInt8(ascii: "0"))
                behindPoint = behindPoint.map { $0 + 1 }
            default: return nil
            }
        }
        guard !digits.isEmpty else { return nil }
        var exponent = 3 - (behindPoint ?? 0)
        if !bytes.isEmpty {
            bytes.removeFirst()
            guard let written = Int(String(decoding: bytes, as: UTF8.self)), abs(written) <= 400 else {
                return nil
            }
            exponent += written
        }
        guard let magnitude = Self.whole(digits, timesTenToThe: exponent) else { return nil }
        self.init(milliseconds: negative ? -magnitude : magnitude)
    }

    private static func whole(_ digits: [UInt8], timesTenToThe exponent: Int) -> Int64? {
        let kept = exponent < 0 ? digits.dropLast(min(digits.count, -exponent)) : digits[...]
        var total: Int64 = 0
        for digit in kept {
            guard let next = append(digit, to: total) else { return nil }
            total = next
        }
        guard total != 0 else { return 0 }
        for _ in 0..<max(0, exponent) {
            guard let next = append(0, to: total) else { return nil }
            total = next
        }
        return total
    }

    private static func append(_ digit: UInt8, to total: Int64) -> Int64? {
        let (tenfold, first) = total.multipliedReportingOverflow(by: 10)
        let (sum, second) = tenfold.addingReportingOverflow(Int64(digit))
        return first || second ? nil : sum
    }
}

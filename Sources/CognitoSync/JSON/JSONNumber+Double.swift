extension JSONNumber {
    /// Returns the nearest double.
    package func double(in bytes: [UInt8]) -> Double? { exactDouble(in: bytes) ?? Double(text(in: bytes)) }

    /// Returns the nearest double of a number with few digits and a small exponent; nil for any other.
    ///
    /// A whole number up to 2^53 and a power of ten up to 10^22 are exact as doubles. So their product or quotient is
    /// rounded once, to the nearest (Clinger: "How to read floating point numbers accurately", 1990). The times of
    /// records are such numbers, and a text for the general way would cost ten times as much.
    private func exactDouble(in bytes: [UInt8]) -> Double? {
        var rest = bytes.span.extracting(range)
        let isNegative = rest[0] == UInt8(ascii: "-")
        if isNegative { rest = rest.extracting(droppingFirst: 1) }
        var (digits, exponent): (UInt64, Int) = (0, 0)
        var (index, point): (Int, Int?) = (0, nil)
        while index < rest.count, rest[index] | 0x20 != UInt8(ascii: "e") {
            if rest[index] == UInt8(ascii: ".") {
                point = index + 1
            } else {
                guard digits < 1 << 53 / 10 else { return nil }
                digits = digits * 10 + UInt64(rest[index] & 0x0F)
            }
            index += 1
        }
        if let point { exponent = point - index }
        if index < rest.count {
            guard let given = Self.exponent(rest.extracting(droppingFirst: index + 1)) else { return nil }
            exponent += given
        }
        guard -22...22 ~= exponent else { return nil }
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return isNegative ? -value : value
    }

    /// Returns the value of an exponent of at most two digits.
    private static func exponent(_ text: Span<UInt8>) -> Int? {
        var text = text
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative || text[0] == UInt8(ascii: "+") { text = text.extracting(droppingFirst: 1) }
        guard 1...2 ~= text.count else { return nil }
        var value = 0
        for index in text.indices { value = value * 10 + Int(text[index] & 0x0F) }
        return isNegative ? -value : value
    }
}

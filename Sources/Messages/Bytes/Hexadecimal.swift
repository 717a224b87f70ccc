/// Hexadecimal digits: read in either case, written in lower case unless the name says otherwise.
package enum Hexadecimal {
    /// Returns the lower-case digit of a value below 16.
    @inlinable @inline(__always)
    package static func lower(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x57 }

    /// Returns the upper-case digit of a value below 16.
    @inlinable @inline(__always)
    package static func upper(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x37 }

    /// Returns the value of a digit; nil for any other byte.
    @inlinable @inline(__always)
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit &- 0x30
        case 0x41...0x46: digit &- 0x37
        case 0x61...0x66: digit &- 0x57
        default: nil
        }
    }

    /// Returns the value of four digits; nil if there are fewer, or another byte is among them.
    package static func value(ofFourDigitsIn bytes: [UInt8], at start: Int) -> UInt32? {
        guard bytes.count - start >= 4 else { return nil }
        var number: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = value(bytes[index]) else { return nil }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    /// Returns the bytes of a text of digits; nil for one with another byte, or with an odd number of digits.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.compactMap(value)
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Appends two digits for each byte.
    package static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        output.append(addingCapacity: 2 * bytes.count) { (output: inout OutputSpan<UInt8>) in
            for byte in bytes {
                output.append(lower(byte >> 4))
                output.append(lower(byte & 0xF))
            }
        }
    }

    /// Returns two digits for each byte.
    package static func digits(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        append(bytes, to: &digits)
        return digits
    }

    /// Returns two digits for each byte, as text.
    package static func text(_ bytes: [UInt8]) -> String { String(decoding: digits(bytes), as: UTF8.self) }
}

/// Hexadecimal digits: SigV4 writes digests in lower case, percent-encoding in upper case.
enum Hexadecimal {
    @inline(__always)
    static func lower(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x57 }

    @inline(__always)
    static func upper(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x37 }

    /// The digit's value; nil for what is none.
    @inline(__always)
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit &- 0x30
        case 0x41...0x46: digit &- 0x37
        case 0x61...0x66: digit &- 0x57
        default: nil
        }
    }

    static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        for byte in bytes {
            output.append(lower(byte >> 4))
            output.append(lower(byte & 0xF))
        }
    }

    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.count)
        append(bytes, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}

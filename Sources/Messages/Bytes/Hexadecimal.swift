/// Hexadecimal digits: SigV4 writes digests in lower case.
enum Hexadecimal {
    @inline(__always)
    static func lower(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x57 }

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
        output.append(addingCapacity: 2 * bytes.count) { (output: inout OutputSpan<UInt8>) in
            for byte in bytes {
                output.append(lower(byte >> 4))
                output.append(lower(byte & 0xF))
            }
        }
    }

    static func digits(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        append(bytes, to: &digits)
        return digits
    }
}

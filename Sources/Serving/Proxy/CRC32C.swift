/// The checksum of RFC 3720 section B.4, with the polynomial of Castagnoli.
package enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }

    /// Returns the checksum of bytes, of which those in `zeros` count as zero.
    package static func of(_ bytes: Span<UInt8>, zeros: Range<Int> = 0..<0) -> UInt32 {
        var value = UInt32.max
        for index in bytes.indices {
            let byte = zeros.contains(index) ? 0 : bytes[index]
            value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
        }
        return ~value
    }
}

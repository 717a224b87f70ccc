/// A gzip member without compression (RFC 1952, RFC 1951 section 3.2.4), for what only a decompressor reaches.
enum StoredGzip {
    /// Returns a member with one stored block of at most 65535 bytes.
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        let bytes = Array(bytes.prefix(0xFFFF))
        let count = UInt16(truncatingIfNeeded: bytes.count)
        var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
        for number in [count, ~count] {
            member += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
        }
        member += bytes
        for number in [crc32(of: bytes), UInt32(count)] {
            member += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return member
    }

    private static func crc32(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { code, byte in
            (0..<8).reduce(code ^ UInt32(byte)) { code, _ in
                code & 1 == 1 ? code >> 1 ^ 0xEDB8_8320 : code >> 1
            }
        }
    }
}

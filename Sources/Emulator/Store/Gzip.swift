/// The gzip format (RFC 1952) without compression: one stored block (RFC 1951, section 3.2.4).
///
/// It needs no library, and every gunzip reads it.
enum Gzip {
    /// The header: no name, no time, no operating system.
    private static let header: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]
    /// The bytes before the content, with the header of the block.
    private static let contentOffset = 15
    /// The bytes behind the content: its checksum and its length.
    private static let trailerLength = 8

    /// Returns the bytes of a file with this content, of which a block holds the first 65,535 bytes.
    static func encode(_ content: [UInt8]) -> [UInt8] {
        let content = content.prefix(Int(UInt16.max))
        let length = UInt16(content.count)
        var bytes = header + [1]
        append(length, to: &bytes)
        append(~length, to: &bytes)
        bytes += content
        append(CRC32.checksum(content), to: &bytes)
        append(UInt32(length), to: &bytes)
        return bytes
    }

    /// Returns the content, or nil for bytes that ``encode(_:)`` does not write.
    static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= contentOffset + trailerLength else { return nil }
        let content = [UInt8](bytes.dropFirst(contentOffset).dropLast(trailerLength))
        return encode(content) == bytes ? content : nil
    }

    /// Appends an integer, the least significant byte first.
    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// The checksum of gzip (RFC 1952, section 8).
private enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 0 ? rest >> 1 : 0xedb8_8320 ^ (rest >> 1) }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
    }
}

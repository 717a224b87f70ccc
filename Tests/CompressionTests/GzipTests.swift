import Compression
import Testing

/// The expansion of one gzip member into bounded memory.
@Suite struct GzipTests {
    /// The member of `gzip -n` for "hello hello hello\n": compressed, without a name.
    private static let member: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57,
        0xC8, 0x40, 0x90, 0x5C, 0x00, 0x3B, 0x7C, 0x8A, 0xDF, 0x12, 0x00, 0x00, 0x00,
    ]
    private static let content = [UInt8]("hello hello hello\n".utf8)

    @Test func aMemberIsExpanded() {
        #expect(Gzip.decompress(Self.member, limit: 4096) == Self.content)
        #expect(Gzip.decompress(Self.stored(Self.content), limit: 4096) == Self.content)
    }

    @Test func theLimitIsTheLargestContent() {
        for member in [Self.member, Self.stored(Self.content)] {
            #expect(Gzip.decompress(member, limit: Self.content.count) == Self.content)
            for limit in [Self.content.count - 1, 1, 0, -1, .min] {
                #expect(Gzip.decompress(member, limit: limit) == nil, "\(limit)")
            }
        }
    }

    @Test func anEmptyContentIsEmptyAndNotNil() {
        let empty = Self.stored([])
        #expect(Gzip.decompress(empty, limit: 4096) == [])
        #expect(Gzip.decompress(empty, limit: 1) == [])
    }

    /// An end before the trailer, or anywhere before, is no whole member.
    @Test func aMemberThatIsCutIsNone() {
        for length in Self.member.indices {
            #expect(Gzip.decompress(Array(Self.member.prefix(length)), limit: 4096) == nil, "\(length)")
        }
    }

    /// Every byte counts but those of the header that say when, by what and how it was compressed.
    @Test func aMemberWithAnotherByteIsNone() {
        for position in Self.member.indices where !(4..<10).contains(position) {
            var other = Self.member
            other[position] ^= 0xFF
            #expect(Gzip.decompress(other, limit: 4096) == nil, "\(position)")
        }
    }

    @Test(arguments: [
        [], [0], [0x1F], [0x1F, 0x8B], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64),
        // The format of zlib (RFC 1950), which is another.
        [0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62],
        [UInt8]("H4sIAAAAAAACA0tMAgDNpxSB".utf8),
    ])
    func otherBytesAreNone(bytes: [UInt8]) {
        #expect(Gzip.decompress(bytes, limit: 4096) == nil)
    }

    /// A byte of this member stands for a thousand: the limit bounds what is written.
    @Test func aBombIsNone() {
        let start: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00,
            0x00, 0xC2, 0xA0, 0x2A, 0xEB, 0x9F, 0xD2, 0x1A, 0x1E, 0x40, 0x01,
        ]
        let end: [UInt8] = [0xAF, 0x06, 0x2D, 0xF0, 0x79, 0xCA, 0xA0, 0x86, 0x01, 0x00]
        let block = start + [UInt8](repeating: 0, count: 96) + end
        #expect(Gzip.decompress(block, limit: 4096) == nil)
        #expect(Gzip.decompress(block, limit: 99_999) == nil)
        #expect(Gzip.decompress(block, limit: 100_000) == [UInt8](repeating: 0x20, count: 100_000))
    }

    /// Only the first member is read; a token has one.
    @Test func whatFollowsTheMemberIsNotRead() {
        #expect(Gzip.decompress(Self.member + Self.member, limit: 4096) == Self.content)
    }

    /// Returns a member with one stored block (RFC 1951, section 3.2.4).
    private static func stored(_ content: [UInt8]) -> [UInt8] {
        let length = UInt16(content.count)
        var checksum = ~UInt32(0)
        for byte in content {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 0 ? checksum >> 1 : 0xEDB8_8320 ^ (checksum >> 1) }
        }
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1] + bytes(of: length) + bytes(of: ~length) + content
            + bytes(of: ~checksum) + bytes(of: UInt32(content.count))
    }

    private static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
        stride(from: 0, to: number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

/// A digest of byte strings in their order: FNV-1a over words of eight bytes, with the length of each string.
struct RecordsDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        mix(UInt64(truncatingIfNeeded: bytes.count))
        var (word, length) = (UInt64(0), 0)
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            length &+= 1
            if length & 7 == 0 { mix(word) }
        }
        if length & 7 != 0 { mix(word) }
    }

    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01B3
        // A product moves nothing down: without this, the high bytes of a word would count for little.
        value ^= value >> 32
    }
}

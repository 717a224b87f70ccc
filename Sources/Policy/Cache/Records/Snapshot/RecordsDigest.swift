/// A digest of byte strings in their order: FNV-1a over words of eight bytes, with the length of each string.
struct RecordsDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Adds a part of an array.
    mutating func append(_ range: Range<Int>, of bytes: [UInt8]) {
        value = Self.digest(range, of: unsafe bytes.span.bytes, after: value)
    }

    /// Returns the digest after a part of a span; each load is checked against the end of the part and of the span.
    private static func digest(_ range: Range<Int>, of bytes: RawSpan, after value: UInt64) -> UInt64 {
        let range = range.clamped(to: 0..<bytes.byteCount)
        var value = mix(value, UInt64(truncatingIfNeeded: range.count))
        var index = range.lowerBound
        // Four words behind one check of the bounds: most of a megabyte is read here.
        while range.upperBound - index >= 32 {
            let words = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            for place in 0..<4 { value = mix(value, UInt64(littleEndian: words[place])) }
            index += 32
        }
        while range.upperBound - index >= 8 {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            value = mix(value, UInt64(littleEndian: word))
            index += 8
        }
        var last: UInt64 = 0
        while index < range.upperBound {
            last = last << 8 | UInt64(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
            index += 1
        }
        return mix(value, last)
    }

    @inline(__always)
    private static func mix(_ value: UInt64, _ word: UInt64) -> UInt64 {
        let product = (value ^ word) &* 0x100_0000_01B3
        // A product moves nothing down: without this, the high bytes of a word would count for little.
        return product ^ product >> 32
    }
}

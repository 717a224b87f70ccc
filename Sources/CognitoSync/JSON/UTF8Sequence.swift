/// The well-formed sequences of UTF-8.
enum UTF8Sequence {
    /// Counts the sequences of two to four bytes that follow each other from `start` on.
    ///
    /// - Returns: Their number, the index after the last one, and whether a byte of ASCII or the end stands there.
    static func count(
        in bytes: RawSpan,
        from start: Int,
        to end: Int
    ) -> (count: Int, end: Int, isValid: Bool) {
        var (index, count) = (start, 0)
        while index < end, unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) >= 0x80 {
            guard let length = length(in: bytes, at: index, to: end) else { return (count, index, false) }
            index &+= length
            count &+= 1
        }
        return (count, index, true)
    }

    /// Returns the length of the well-formed sequence of two to four bytes at `start`, or nil if there is none.
    @inline(__always)
    private static func length(in bytes: RawSpan, at start: Int, to end: Int) -> Int? {
        if end &- start >= 4 {
            return length(
                of: UInt32(
                    littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self)
                )
            )
        }
        var word: UInt32 = 0
        for index in (start..<end).reversed() {
            word = word << 8 | UInt32(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        return length(of: word)
    }

    /// Returns the length of the sequence that begins with four bytes, the first of them lowest.
    ///
    /// A byte beyond the end is 0, which continues no sequence. The ranges are those of table 3-7 of the Unicode
    /// Standard: no overlong form, no surrogate, nothing above U+10FFFF. They depend on the first byte and on the
    /// highest bits of the second one alone.
    @inline(__always)
    private static func length(of word: UInt32) -> Int? {
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
            let head = word & 0x200F
            return head == 0 || head == 0x200D ? nil : 3
        }
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E == 0 ? nil : 2 }
        guard word & 0xC0C0_C0F8 == 0x8080_80F0 else { return nil }
        let head = (word & 0x07) << 2 | word >> 12 & 0x03
        return 1...16 ~= head ? 4 : nil
    }
}

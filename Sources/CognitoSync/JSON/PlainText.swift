/// The search for the end of what stands for itself in a string literal: where most bytes of a page are.
extension Span<UInt8> {
    /// How many bytes from `start` on are ASCII and neither a quotation mark, a backslash nor a control character.
    ///
    /// Eight at a time, as long as there are eight.
    func plainText(from start: Int, to end: Int) -> Int {
        var index = start
        while end - index >= 8 {
            let special = Self.special(word(at: index))
            if special != 0 { return index - start + special.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, Self.isPlain(self[index]) { index += 1 }
        return index - start
    }

    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The eight bytes from `index` on, the first of them lowest; the compiler makes one load of it.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        let eight = extracting(index..<index + 8)
        return UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
            | UInt64(eight[4]) << 32 | UInt64(eight[5]) << 40 | UInt64(eight[6]) << 48
            | UInt64(eight[7]) << 56
    }

    /// Zero if all eight bytes are plain; else the lowest bit set is the highest bit of the first that is not.
    ///
    /// Subtracting from all bytes at once borrows beyond a byte only where that byte is a find itself, so what
    /// is below the first find is exact ("Bit Twiddling Hacks", determine if a word has a byte less than n).
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotation = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = (word &- ones &* 0x20) | (quotation &- ones) | (backslash &- ones) | word
        return found & (ones &* 0x80)
    }
}

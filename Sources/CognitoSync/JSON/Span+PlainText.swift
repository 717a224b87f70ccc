/// The search for the end of what stands for itself in a string literal: where most bytes of a page are.
extension Span<UInt8> {
    /// How many bytes from `start` on are ASCII and neither a quotation mark, a backslash nor a control character.
    ///
    /// Eight at a time, as long as there are eight.
    func plainText(from start: Int, to end: Int) -> Int {
        let text = extracting(min(start, end)..<end)
        var rest = text
        while rest.count >= 8 {
            let special = Self.special(rest.firstWord)
            if special != 0 { return text.count - rest.count + special.trailingZeroBitCount / 8 }
            rest = rest.extracting(droppingFirst: 8)
        }
        for index in rest.indices where !Self.isPlain(rest[index]) {
            return text.count - rest.count + index
        }
        return text.count
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The first eight bytes, the first of them lowest; where it is known that there are eight, the compiler makes
    /// one load of it.
    @inline(__always)
    private var firstWord: UInt64 {
        UInt64(self[0]) | UInt64(self[1]) << 8 | UInt64(self[2]) << 16 | UInt64(self[3]) << 24
            | UInt64(self[4]) << 32 | UInt64(self[5]) << 40 | UInt64(self[6]) << 48 | UInt64(self[7]) << 56
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

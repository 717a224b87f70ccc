import Messages

/// The search for the end of plain text in a string literal, where most bytes of a page are.
extension Span<UInt8> {
    /// Returns the number of plain bytes from `start` on.
    ///
    /// Plain is ASCII without quotation marks, backslashes and C0 controls. The search takes eight bytes at a
    /// time, as long as eight remain.
    @inline(__always)
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

    /// Returns zero if all eight bytes are plain.
    ///
    /// Else the lowest set bit is the highest bit of the first byte that is not plain. The subtraction from
    /// all bytes at once borrows beyond a byte only if that byte is a match itself. So all bits below the
    /// first match are exact ("Bit Twiddling Hacks", determine if a word has a byte less than n).
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotation = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found = (word &- ones &* 0x20) | (quotation &- ones) | (backslash &- ones) | word
        return found & (ones &* 0x80)
    }
}

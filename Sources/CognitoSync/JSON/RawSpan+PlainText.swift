import Messages

/// The search for the end of plain text in a string literal, where most bytes of a page are.
///
/// Plain is ASCII without quotation marks, backslashes and C0 controls. Each load is checked against the end of the
/// span, and gives a number whatever the bytes are.
extension RawSpan {
    /// Returns the number of plain bytes from `start` on.
    ///
    /// The search takes 32 bytes at a time, as long as so many remain, then eight, then one.
    @inline(__always)
    func plainText(from start: Int, to end: Int) -> Int {
        var index = start
        while end &- index >= 32 {
            let words = unsafe unsafeLoadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            let special = Self.special(words)
            if (special[0] | special[1]) | (special[2] | special[3]) != 0 {
                return index &- start &+ Self.plainBytes(of: words)
            }
            index &+= 32
        }
        return index &- start &+ lastPlainText(from: index, to: end)
    }

    /// Returns the number of plain bytes from `start` on, where fewer than 32 remain.
    private func lastPlainText(from start: Int, to end: Int) -> Int {
        var index = start
        while end &- index >= 8 {
            let special = Self.special(word(at: index))
            if special != 0 { return index &- start &+ special.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < end, Self.isPlain(unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)) {
            index &+= 1
        }
        return index &- start
    }

    /// Returns the eight bytes from `index` on, the first of them lowest.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Returns the number of plain bytes at the beginning of 32 bytes that are not all plain.
    @inline(__always)
    private static func plainBytes(of words: SIMD4<UInt64>) -> Int {
        let first = special(UInt64(littleEndian: words[0]))
        if first != 0 { return first.trailingZeroBitCount / 8 }
        let second = special(UInt64(littleEndian: words[1]))
        if second != 0 { return 8 &+ second.trailingZeroBitCount / 8 }
        let third = special(UInt64(littleEndian: words[2]))
        if third != 0 { return 16 &+ third.trailingZeroBitCount / 8 }
        return 24 &+ special(UInt64(littleEndian: words[3])).trailingZeroBitCount / 8
    }

    /// Returns zero if all eight bytes are plain.
    ///
    /// Else the lowest set bit is the highest bit of the first byte that is not plain. The subtraction from
    /// all bytes at once borrows beyond a byte only if that byte is a match itself. So all bits below the
    /// first match are exact ("Bit Twiddling Hacks", determine if a word has a byte less than n). With bit 1
    /// flipped, the quotation mark stands just above the controls: one subtraction finds both.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let controls = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return (controls | backslash | word) & 0x8080_8080_8080_8080
    }

    /// The same of 32 bytes.
    @inline(__always)
    private static func special(_ words: SIMD4<UInt64>) -> SIMD4<UInt64> {
        let controls =
            (words ^ SIMD4(repeating: 0x0202_0202_0202_0202)) &- SIMD4(repeating: 0x2121_2121_2121_2121)
        let backslash =
            (words ^ SIMD4(repeating: 0x5C5C_5C5C_5C5C_5C5C)) &- SIMD4(repeating: 0x0101_0101_0101_0101)
        return (controls | backslash | words) & SIMD4(repeating: 0x8080_8080_8080_8080)
    }
}

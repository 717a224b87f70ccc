import NIOCore

/// Looks at bytes eight at a time.
///
/// The tests of a word work on all its bytes at once: a byte that passes leaves the high bit of its place set in
/// the result. Each is exact, without carries from one byte to the next.
extension ByteBuffer {
    /// The eight bytes from `index` on, the first lowest; 0, which is no text, for each that is not there.
    func word(at index: Int) -> UInt64 {
        if let word: UInt64 = getInteger(at: index, endianness: .little) { return word }
        return (0..<8).reduce(0) { $0 | UInt64(byte(at: index + $1)) << UInt64($1 * 8) }
    }

    /// 0, which is no text, if it is not there.
    func byte(at index: Int) -> UInt8 { getInteger(at: index) ?? 0 }

    func isLineEnd(at index: Int) -> Bool {
        getInteger(at: index, endianness: .big, as: UInt16.self) == 0x0D0A
    }

    /// Where the first byte is that is not visible ASCII; with `blanks`, neither that nor a space.
    ///
    /// The end of what has arrived if there is none.
    func endOfText(from start: Int, blanks: Bool) -> Int {
        var index = start
        while let word: UInt64 = getInteger(at: index, endianness: .little) {
            let stops = Word.notText(word, least: blanks ? 0x20 : 0x21)
            if stops != 0 { return index + Word.first(stops) }
            index += 8
        }
        while let byte: UInt8 = getInteger(at: index), byte.isVisible || (blanks && byte == .space) {
            index += 1
        }
        return index
    }

    /// Where the space after a target is; nil for one that is not of visible ASCII, has a fragment, or has a
    /// segment that begins with a dot.
    func endOfTarget(from start: Int) -> Int? {
        let end = endOfText(from: start, blanks: false)
        guard byte(at: end) == .space else { return nil }
        var index = start
        var afterSlash = false
        while index < end {
            // What is beyond the end begins with a space and so makes no difference.
            let word = word(at: index)
            let count = Swift.min(8, end - index)
            let own = count == 8 ? word : word & ((1 << UInt64(count * 8)) - 1)
            let slashes = Word.equal(own, UInt8(ascii: "/"))
            let dots = Word.equal(own, UInt8(ascii: "."))
            guard Word.equal(own, UInt8(ascii: "#")) == 0,
                (slashes << 8 | (afterSlash ? 0x80 : 0)) & dots == 0
            else { return nil }
            afterSlash = slashes >> 63 == 1
            index += 8
        }
        return end
    }

    /// Where the first colon is, within so many bytes and a few.
    func firstColon(from start: Int, atMost count: Int) -> Int? {
        var index = start
        while index <= start + count {
            let colons = Word.equal(word(at: index), UInt8(ascii: ":"))
            if colons != 0 { return index + Word.first(colons) }
            index += 8
        }
        return nil
    }

    /// Whether a value is the name of a host, with a port perhaps; the bracketed form goes the long way.
    func isHostName(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound, HostValue.isNameByte(byte(at: index)) { index += 1 }
        guard index > range.lowerBound, index - range.lowerBound <= 255 else { return false }
        if index == range.upperBound { return true }
        guard byte(at: index) == UInt8(ascii: ":"), (1...5).contains(range.upperBound - index - 1) else {
            return false
        }
        return (index + 1..<range.upperBound).allSatisfy { byte(at: $0).isDigit }
    }
}

/// Tests of the eight bytes of a word.
private enum Word {
    static let high: UInt64 = 0x8080_8080_8080_8080
    static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The bytes that are `byte`.
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* ones)
        return ~(((difference & ~high) &+ ~high) | difference) & high
    }

    /// The bytes below `least`, and those above 0x7E.
    static func notText(_ word: UInt64, least: UInt8) -> UInt64 {
        let below = ~((word | high) &- UInt64(least) &* ones) & high
        return (word & high) | below | equal(word, 0x7F)
    }

    /// Which byte is the first of those that passed.
    static func first(_ passed: UInt64) -> Int { passed.trailingZeroBitCount / 8 }
}

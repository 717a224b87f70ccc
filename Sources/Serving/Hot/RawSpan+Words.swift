/// Looks at bytes eight at a time.
///
/// A span is made once for all that has arrived: each look at a `ByteBuffer` itself has to make sure anew that nobody
/// else writes to it. Loads are checked against the span's end; what they give is a number, whatever the bytes are.
///
/// The tests of a word work on all its bytes at once: a byte that passes leaves the high bit of its place set in
/// the result. Each is exact, without carries from one byte to the next.
extension RawSpan {
    /// The eight bytes from `index` on, the first lowest; 0, which is no text, for each that is not there.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        if byteCount - index >= 8 {
            return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
        return lastWord(at: index)
    }

    /// The same where fewer than eight are left.
    private func lastWord(at index: Int) -> UInt64 {
        guard index < byteCount else { return 0 }
        if byteCount >= 8 { return word(at: byteCount - 8) >> UInt64((8 - (byteCount - index)) * 8) }
        var word: UInt64 = 0
        for place in index..<byteCount { word |= UInt64(byte(at: place)) << UInt64((place - index) * 8) }
        return word
    }

    /// 0, which is no text, if it is not there.
    @inline(__always)
    func byte(at index: Int) -> UInt8 {
        index < byteCount ? unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self) : 0
    }

    func isLineEnd(at index: Int) -> Bool {
        byte(at: index) == .carriageReturn && byte(at: index + 1) == .lineFeed
    }

    /// Where the first byte is that is not visible ASCII; with `blanks`, neither that nor a space.
    ///
    /// The end of what has arrived if there is none.
    @inline(__always)
    func endOfText(from start: Int, blanks: Bool) -> Int {
        var index = start
        while index < byteCount {
            let stops = Word.notText(word(at: index), least: blanks ? 0x20 : 0x21)
            // What is not there stops it too.
            if stops != 0 { return index + Word.first(stops) }
            index += 8
        }
        return byteCount
    }

    /// Where the space after a target is; nil for one that is not of visible ASCII, has a fragment, or has a
    /// segment that begins with a dot.
    func endOfTarget(from start: Int) -> Int? {
        var index = start
        // The place after a slash, if the word before ended with one.
        var slash: UInt64 = 0
        while index < byteCount {
            let word = word(at: index)
            let stops = Word.notText(word, least: 0x21) | Word.equal(word, UInt8(ascii: "#"))
            // Below the first stop, if there is one.
            let own = (stops & (0 &- stops)) &- 1
            // Few targets have a dot at all.
            let dots = Word.equal(word, UInt8(ascii: ".")) & own
            guard dots == 0 || (Word.equal(word, UInt8(ascii: "/")) << 8 | slash) & dots == 0 else {
                return nil
            }
            if stops != 0 {
                let end = index + Word.first(stops)
                return byte(at: end) == .space ? end : nil
            }
            slash = word >> 56 == UInt8(ascii: "/") ? 0x80 : 0
            index += 8
        }
        return nil
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
        let end = range.upperBound
        var index = range.lowerBound
        while index < end, HostValue.isNameByte(byte(at: index)) { index += 1 }
        guard (1...255).contains(index - range.lowerBound) else { return false }
        if index == end { return true }
        guard byte(at: index) == UInt8(ascii: ":"), (1...5).contains(end - index - 1) else { return false }
        index += 1
        while index < end, byte(at: index).isDigit { index += 1 }
        return index == end
    }

    /// A number that tells these bytes from others, made with a secret of this process so that nobody can choose
    /// bytes with the same one.
    ///
    /// The step of wyhash (Wang Yi, 2019): multiply, and fold the two halves of the product.
    var fingerprint: UInt64 {
        var mixed = Word.secret ^ UInt64(byteCount)
        var index = 0
        while index < byteCount {
            let product = (mixed ^ word(at: index)).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            mixed = product.high ^ product.low
            index += 8
        }
        return mixed
    }
}

/// Tests of the eight bytes of a word.
private enum Word {
    static let high: UInt64 = 0x8080_8080_8080_8080
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let secret = UInt64.random(in: .min ... .max)

    /// The bytes that are `byte`.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* ones)
        return ~(((difference & ~high) &+ ~high) | difference) & high
    }

    /// The bytes below `least`, and those above 0x7E.
    @inline(__always)
    static func notText(_ word: UInt64, least: UInt8) -> UInt64 {
        let below = ~((word | high) &- UInt64(least) &* ones)
        let above = ((word & ~high) &+ ones) | word
        return (below | above) & high
    }

    /// Which byte is the first of those that passed.
    @inline(__always)
    static func first(_ passed: UInt64) -> Int { passed.trailingZeroBitCount / 8 }
}

/// Looks at bytes eight at a time.
///
/// A span is made once for all that has arrived: each look at a `ByteBuffer` itself has to make sure anew that nobody
/// else writes to it. Loads are checked against the span's end; what they give is a number, whatever the bytes are.
///
/// The tests of a word work on all its bytes at once: a byte that passes leaves the high bit of its place set in
/// the result. Only the lowest such bit is sure, since a byte that passes may carry into those after it: they are for
/// finding the first byte of a kind.
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

    @inline(__always)
    func isLineEnd(at index: Int) -> Bool {
        byte(at: index) == .carriageReturn && byte(at: index + 1) == .lineFeed
    }

    /// Where the first byte is that is not visible ASCII; with `blanks`, neither that nor a space.
    ///
    /// The end of what has arrived if there is none.
    @inline(__always)
    func endOfText(from start: Int, blanks: Bool) -> Int {
        let least: UInt8 = blanks ? 0x20 : 0x21
        var index = start
        while byteCount - index >= 8 {
            let stops = Word.notText(word(at: index), least: least)
            if stops != 0 { return index + Word.first(stops) }
            index += 8
        }
        // What is not there stops it too.
        return index + Word.first(Word.notText(lastWord(at: index), least: least))
    }

    /// Where the space after a target is; nil for one that is not of visible ASCII, has a fragment, or has a
    /// segment that begins with a dot.
    func endOfTarget(from start: Int) -> Int? {
        var index = start
        var before: UInt64 = 0
        // More than a word stands behind the target of a request that is whole.
        while byteCount - index >= 8 {
            let word = word(at: index)
            let stops =
                Word.notText(word, least: 0x21) | Word.equal(word, UInt8(ascii: "#"))
                | Word.equal(word, UInt8(ascii: "."), after: UInt8(ascii: "/"), in: word << 8 | before >> 56)
            if stops != 0 {
                let end = index + Word.first(stops)
                return byte(at: end) == .space ? end : nil
            }
            before = word
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

    /// A number that tells these bytes from others, made with secrets of this process so that nobody can choose
    /// bytes with the same one.
    ///
    /// The step of wyhash (Wang Yi, 2019): multiply, and fold the two halves of the product.
    var fingerprint: UInt64 {
        let (secret, other) = Word.secrets
        var mixed = secret ^ UInt64(byteCount)
        var index = 0
        while byteCount - index >= 16 {
            mixed = Word.fold(mixed ^ word(at: index), other ^ word(at: index + 8))
            index += 16
        }
        return Word.fold(mixed ^ word(at: index), other ^ word(at: index + 8))
    }
}

extension String {
    /// The same of a text, as UTF-8.
    package var fingerprint: UInt64 { unsafe utf8.span.bytes.fingerprint }
}

/// Tests of the eight bytes of a word.
enum Word {
    static let high: UInt64 = 0x8080_8080_8080_8080
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let secrets = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    /// The two halves of the product in one.
    @inline(__always)
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The bytes that are 0.
    @inline(__always)
    private static func zero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & high }

    /// The bytes that are `byte`.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 { zero(word ^ (UInt64(byte) &* ones)) }

    /// The bytes that are `byte` where those of `before`, the ones that stand before them, are `other`.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8, after other: UInt8, in before: UInt64) -> UInt64 {
        zero((word ^ (UInt64(byte) &* ones)) | (before ^ (UInt64(other) &* ones)))
    }

    /// The bytes below `least`, and those above 0x7E.
    @inline(__always)
    static func notText(_ word: UInt64, least: UInt8) -> UInt64 {
        ((word &- UInt64(least) &* ones) | (word &+ ones) | word) & high
    }

    /// Which byte is the first of those that passed.
    @inline(__always)
    static func first(_ passed: UInt64) -> Int { passed.trailingZeroBitCount / 8 }
}

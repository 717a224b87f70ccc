import Messages

/// Reads and tests of eight bytes at a time.
///
/// One span covers all received bytes. Each access to a `ByteBuffer` itself would check again that nothing
/// else writes to it. Loads are checked against the end of the span, and give a number whatever the bytes
/// are.
///
/// The tests of a word work on all its bytes at the same time. A byte that passes sets the high bit of its
/// place in the result. Only the lowest such bit is certain, since a byte that passes may carry into the
/// bytes after it. So the tests serve to find the first byte of a kind.
extension RawSpan {
    /// Returns the eight bytes from `index` on, the first one lowest.
    ///
    /// A byte beyond the end is 0, which is not text.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        if byteCount - index >= 8 {
            return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
        return lastWord(at: index)
    }

    /// Returns the word at `index` if fewer than eight bytes are left.
    private func lastWord(at index: Int) -> UInt64 {
        guard index < byteCount else { return 0 }
        if byteCount >= 8 { return word(at: byteCount - 8) >> UInt64((8 - (byteCount - index)) * 8) }
        var word: UInt64 = 0
        for place in index..<byteCount { word |= UInt64(byte(at: place)) << UInt64((place - index) * 8) }
        return word
    }

    /// Returns a byte; 0, which is not text, beyond the end.
    @inline(__always)
    func byte(at index: Int) -> UInt8 {
        index < byteCount ? unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self) : 0
    }

    @inline(__always)
    func isLineEnd(at index: Int) -> Bool {
        byte(at: index) == .carriageReturn && byte(at: index + 1) == .lineFeed
    }

    /// Returns the index of the first byte that is not visible ASCII, or the end of the span.
    ///
    /// - Parameter blanks: True if spaces count as text.
    @inline(__always)
    func endOfText(from start: Int, blanks: Bool) -> Int {
        let least: UInt8 = blanks ? 0x20 : 0x21
        var index = start
        while byteCount - index >= 8 {
            let stops = Word.notText(word(at: index), least: least)
            if stops != 0 { return index + Word.first(stops) }
            index += 8
        }
        // A byte beyond the end is 0, so it stops the search too.
        return index + Word.first(Word.notText(lastWord(at: index), least: least))
    }

    /// Returns the index of the space after a target.
    ///
    /// - Returns: Nil for a target that is not whole, or that has a byte that is not visible ASCII. Nil also
    ///   for a fragment, or for a segment that begins with a dot.
    func endOfTarget(from start: Int) -> Int? {
        var index = start
        var before: UInt64 = 0
        // In a whole request, more than a word follows the target.
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

    /// Returns true for the name of a host, perhaps with a port.
    ///
    /// The bracketed form of an IPv6 address takes the regular path.
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

    /// A hash of these bytes, made with secrets of this process so that no caller can choose collisions.
    ///
    /// The step is that of wyhash (Wang Yi, 2019): multiply, and fold the two halves of the product.
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
    /// The hash of the text as UTF-8, equal to that of the same bytes in a ``WireBytes``.
    package var fingerprint: UInt64 { unsafe utf8.span.bytes.fingerprint }
}

/// Tests of the eight bytes of a word.
enum Word {
    static let high: UInt64 = 0x8080_8080_8080_8080
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let secrets = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    /// Folds the two halves of the product into one word.
    @inline(__always)
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Marks the bytes that are 0.
    @inline(__always)
    private static func zero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & high }

    /// Marks the bytes that are `byte`.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 { zero(word ^ (UInt64(byte) &* ones)) }

    /// Marks the bytes that are `byte` and follow a byte that is `other`.
    ///
    /// - Parameter before: The word of the preceding bytes, each at the place of the byte that follows it.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8, after other: UInt8, in before: UInt64) -> UInt64 {
        zero((word ^ (UInt64(byte) &* ones)) | (before ^ (UInt64(other) &* ones)))
    }

    /// Marks the bytes below `least`, and those above 0x7E.
    @inline(__always)
    static func notText(_ word: UInt64, least: UInt8) -> UInt64 {
        ((word &- UInt64(least) &* ones) | (word &+ ones) | word) & high
    }

    /// Returns the place of the first marked byte.
    @inline(__always)
    static func first(_ passed: UInt64) -> Int { passed.trailingZeroBitCount / 8 }
}

extension Span<UInt8> {
    /// Compares raw bytes, eight at a time.
    ///
    /// `String ==` would treat canonically equivalent text as equal.
    @inlinable
    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        if count < 8 {
            for index in indices where self[index] != other[index] { return false }
            return true
        }
        // The last word may overlap the one before.
        let last = count - 8
        var index = 0
        while index < last {
            if word(at: index) != other.word(at: index) { return false }
            index += 8
        }
        return word(at: last) == other.word(at: last)
    }

    /// Returns the eight bytes from `index` on, the first of them lowest.
    @inlinable @inline(__always)
    package func word(at index: Int) -> UInt64 { extracting(index..<index + 8).firstWord }

    /// The first eight bytes, the first of them lowest.
    ///
    /// The compiler makes one load of it where it knows that there are eight.
    @inlinable @inline(__always)
    package var firstWord: UInt64 {
        UInt64(self[0]) | UInt64(self[1]) << 8 | UInt64(self[2]) << 16 | UInt64(self[3]) << 24
            | UInt64(self[4]) << 32 | UInt64(self[5]) << 40 | UInt64(self[6]) << 48 | UInt64(self[7]) << 56
    }
}

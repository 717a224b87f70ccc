/// A name of the model, prepared for a quick comparison with the names in a body.
///
/// Nearly all names of a body are those of the model, written without escapes. So the usual case is a comparison of up
/// to three words, which the compiler knows: an instance is made where it is used, never stored.
struct JSONName {
    private let text: StaticString
    private let count: Int

    /// - Parameter text: ASCII of one to 24 bytes.
    @inline(__always)
    init(_ text: StaticString) {
        self.text = text
        count = text.utf8CodeUnitCount
    }

    /// Returns whether a name of the bytes is this one.
    ///
    /// Most other names differ in length: that case is decided first. An escape makes a name longer than its text.
    @inline(__always)
    func matches(_ name: JSONString, in bytes: [UInt8]) -> Bool {
        let start = name.content.lowerBound
        if name.content.count != count { return name.isEscaped && matchesRarely(name, in: bytes) }
        if count < 8, bytes.count &- start < 8 { return matchesRarely(name, in: bytes) }
        return matches(unsafe bytes.span.bytes, at: start)
    }

    /// Compares a name that has an escape, or ends with the body.
    @inline(never)
    private func matchesRarely(_ name: JSONString, in bytes: [UInt8]) -> Bool {
        name.equals(text.description, in: bytes)
    }

    /// Compares the words of eight bytes that cover the name; the last one may overlap the one before.
    @inline(__always)
    private func matches(_ bytes: RawSpan, at start: Int) -> Bool {
        if count <= 8 {
            return bytes.word(at: start) << UInt64(64 &- 8 &* count) == word(at: 0)
                << UInt64(64 &- 8 &* count)
        }
        return bytes.word(at: start) == word(at: 0)
            && (count <= 16 || bytes.word(at: start &+ 8) == word(at: 8))
            && bytes.word(at: start &+ count &- 8) == word(at: count &- 8)
    }

    /// Returns the word of the name from `index` on, the first byte lowest; a byte beyond the end is 0.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        byte(index) | byte(index + 1) << 8 | byte(index + 2) << 16 | byte(index + 3) << 24
            | byte(index + 4) << 32 | byte(index + 5) << 40 | byte(index + 6) << 48 | byte(index + 7) << 56
    }

    @inline(__always)
    private func byte(_ index: Int) -> UInt64 {
        index < count ? UInt64(unsafe text.utf8Start[index]) : 0
    }
}

import Messages

/// A field line of a head or a trailer section, as ranges of the bytes that it was read from.
///
/// RFC 9112 section 5: a token, a colon directly after it, and a value. A line that begins with a blank
/// (obs-fold) has no token at its start, so it is refused here.
struct FieldLine: Sendable, Equatable {
    let name: Range<Int>
    /// The value, without the blanks around it.
    let value: Range<Int>

    /// Reads the line at `range`.
    ///
    /// - Parameter range: The line without its CR LF; it has no control characters.
    /// - Throws: `Refusal.malformed` for a line that does not begin with a token and a colon.
    init(_ bytes: Span<UInt8>, in range: Range<Int>) throws(Refusal) {
        var colon = range.lowerBound
        while colon < range.upperBound, bytes[colon].isTokenByte { colon += 1 }
        guard colon > range.lowerBound, colon < range.upperBound, bytes[colon] == UInt8(ascii: ":") else {
            throw .malformed
        }
        name = range.lowerBound..<colon
        value = bytes.trimmed(colon + 1..<range.upperBound)
    }
}

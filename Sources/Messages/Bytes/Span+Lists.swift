/// The parts of field values that are lists, and their names, which have no case (RFC 9110, 5.6.1).
extension Span<UInt8> {
    /// Returns a range of these bytes without the spaces and tabs at its ends.
    @inlinable
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while start < end, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Returns the index of the first such byte in a range, or the end of the range.
    @inlinable
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, self[index] != byte { index += 1 }
        return index
    }

    /// Compares bytes regardless of the case of ASCII letters.
    ///
    /// - Parameter text: The expected text, in lower case.
    @inlinable
    package func isCaseInsensitively(_ text: String) -> Bool {
        let text = text.utf8.span
        guard count == text.count else { return false }
        for index in indices {
            let (byte, expected) = (self[index], text[index])
            guard byte == expected || (byte | 0x20 == expected && (0x61...0x7A).contains(expected)) else {
                return false
            }
        }
        return true
    }
}

import Messages

extension Span<UInt8> {
    /// Returns a range of these bytes without the spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while start < end, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Returns the index of the first such byte in a range, or the end of the range.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, self[index] != byte { index += 1 }
        return index
    }

    func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        for index in indices where !predicate(self[index]) { return false }
        return true
    }

    /// Compares raw bytes: `String ==` would treat canonically equivalent text as equal.
    func equals(_ text: String) -> Bool { equals(text.utf8.span) }

    /// Compares bytes regardless of the case of ASCII letters.
    ///
    /// - Parameter text: The expected text, in lower case.
    func isCaseInsensitively(_ text: String) -> Bool {
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

    /// The text of these bytes; nil for bytes that are not UTF-8.
    var text: String? {
        do { return String(copying: try UTF8Span(validating: self)) } catch { return nil }
    }
}

import Messages

extension Span<UInt8> {
    func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        for index in indices where !predicate(self[index]) { return false }
        return true
    }

    /// Compares raw bytes: `String ==` would treat canonically equivalent text as equal.
    func equals(_ text: String) -> Bool { equals(text.utf8.span) }

    /// The text of these bytes; nil for bytes that are not UTF-8.
    var text: String? {
        do { return String(copying: try UTF8Span(validating: self)) } catch { return nil }
    }
}

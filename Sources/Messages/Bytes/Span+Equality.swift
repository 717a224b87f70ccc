extension Span<UInt8> {
    /// Compares raw bytes.
    ///
    /// `String ==` would treat canonically equivalent text as equal.
    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}

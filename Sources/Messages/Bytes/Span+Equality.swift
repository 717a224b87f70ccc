extension Span<UInt8> {
    /// Byte by byte, which to compare strings is not: two that look alike are equal to those.
    package func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}

extension OutputRawSpan {
    /// Appends bytes in one copy, for which the standard library has no call yet; there has to be room for them.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        unsafe withUnsafeMutableBytes { memory, count in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyBytes(from: bytes)
            }
            count += bytes.count
        }
    }
}

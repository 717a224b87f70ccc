extension OutputRawSpan {
    /// Appends bytes in one copy; traps if there is not enough room for them.
    ///
    /// The standard library has no such function yet.
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

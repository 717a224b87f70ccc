/// A set of ASCII bytes: to ask for one takes a shift.
package struct ByteSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The bytes of the ranges, and those of the text; what is not ASCII is left out.
    package init(_ ranges: ClosedRange<Unicode.Scalar>..., and others: String = "") {
        for range in ranges {
            for value in range.lowerBound.value...range.upperBound.value { insert(value) }
        }
        for scalar in others.unicodeScalars { insert(scalar.value) }
    }

    private mutating func insert(_ value: UInt32) {
        switch value {
        case 0..<64: low |= 1 << UInt64(value)
        case 64..<128: high |= 1 << UInt64(value - 64)
        default: break
        }
    }

    @inline(__always)
    package func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }

    package func containsAll(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !contains(bytes[index]) { return false }
        return true
    }
}

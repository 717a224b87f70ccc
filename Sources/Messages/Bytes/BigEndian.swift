/// Integers as bytes, the most significant first: the form of serialised keys and tokens.
package enum BigEndian {
    /// Appends all bytes of an integer.
    @inlinable
    package static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Returns the integer of the bytes; nil if their number is not that of the type.
    @inlinable
    package static func value<Number: FixedWidthInteger>(_ bytes: some Collection<UInt8>) -> Number? {
        guard bytes.count * 8 == Number.bitWidth else { return nil }
        return bytes.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}

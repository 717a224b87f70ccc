/// Integers as bytes, the most significant first: the form of serialised keys and tokens.
package enum BigEndian {
    /// Appends the eight bytes of an integer.
    ///
    /// One function for each type: a generic one asks the type for each shift, where another module calls it.
    package static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Appends the eight bytes of a signed integer.
    package static func append(_ number: Int64, to bytes: inout [UInt8]) {
        append(UInt64(bitPattern: number), to: &bytes)
    }

    /// Appends the four bytes of an integer.
    package static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
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

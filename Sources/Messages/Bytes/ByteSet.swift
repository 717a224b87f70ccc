/// A set of ASCII bytes, in which a lookup is a shift.
///
/// Letters and digits alternate in identifiers. The processor would often mispredict a branch for each kind.
package struct ByteSet: Sendable {
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var high: UInt64 = 0

    /// Creates the set of the bytes of ranges and of a text; characters beyond ASCII are ignored.
    package init(_ ranges: ClosedRange<Unicode.Scalar>..., and others: String = "") {
        for range in ranges {
            for value in range.lowerBound.value...range.upperBound.value { insert(value) }
        }
        insert(others)
    }

    /// Letters, digits, `-`, `.`, `_` and `~`, which never need an escape in a URL (RFC 3986, 2.3).
    package static let unreserved = ByteSet("a"..."z", "A"..."Z", "0"..."9", and: "-._~")

    package func adding(_ others: String) -> Self {
        var sum = self
        sum.insert(others)
        return sum
    }

    @inlinable @inline(__always)
    package func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }

    package func containsAll(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !contains(bytes[index]) { return false }
        return true
    }

    private mutating func insert(_ text: String) {
        for scalar in text.unicodeScalars { insert(scalar.value) }
    }

    private mutating func insert(_ value: UInt32) {
        switch value {
        case 0..<64: low |= 1 << UInt64(value)
        case 64..<128: high |= 1 << UInt64(value - 64)
        default: break
        }
    }
}

extension ByteSet {
    /// Appends bytes, those outside of the set as `%XX` with upper-case digits (RFC 3986, 2.1).
    package func appendEscaped(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.append(addingCapacity: 3 * bytes.count) { (output: inout OutputSpan<UInt8>) in
            for index in bytes.indices { appendEscaped(bytes[index], to: &output) }
        }
    }

    /// Appends a byte as one byte, or as the three of its escape.
    @inline(__always)
    package func appendEscaped(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if contains(byte) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(Hexadecimal.upper(byte >> 4))
            output.append(Hexadecimal.upper(byte & 0xF))
        }
    }
}

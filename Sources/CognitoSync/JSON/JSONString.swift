import Messages

/// The position of a string literal that passed the scan, without its text.
package struct JSONString: Hashable, Sendable {
    /// The range between the quotation marks.
    package let content: Range<Int>
    /// The number of Unicode scalars after unescaping, which is the length in the API model.
    package let scalars: Int
    package let isEscaped: Bool

    /// The range with the quotation marks.
    package var literal: Range<Int> { (content.lowerBound - 1)..<(content.upperBound + 1) }

    /// Returns the unescaped text; `bytes` are those in which the literal was scanned.
    package func text(in bytes: [UInt8]) -> String {
        isEscaped
            ? String(decoding: [UInt8](unescaped(in: bytes)), as: UTF8.self)
            : String(decoding: bytes[content], as: UTF8.self)
    }

    /// Returns the first scalars of the unescaped text: enough for a quotation, however long the text is.
    func beginning(in bytes: [UInt8], scalars limit: Int) -> String {
        let text = String(decoding: [UInt8](unescaped(in: bytes).prefix(4 * limit)), as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }

    /// Returns the unescaped UTF-8 bytes as a lazy sequence.
    package func unescaped(in bytes: [UInt8]) -> JSONUnescaped { JSONUnescaped(bytes, content) }

    /// Returns whether the unescaped text equals `text`.
    ///
    /// Most other texts differ in length: that case is decided inline.
    @inline(__always)
    package func equals(_ text: String, in bytes: [UInt8]) -> Bool {
        (content.count == text.utf8.count || isEscaped) && contentEquals(text, in: bytes)
    }

    private func contentEquals(_ text: String, in bytes: [UInt8]) -> Bool {
        if isEscaped { return unescaped(in: bytes).elementsEqual(text.utf8) }
        return bytes.span.extracting(content).equals(text.utf8.span)
    }

    /// Returns whether two literals of the same bytes have the same unescaped text.
    static func equals(_ left: Self, _ right: Self, in bytes: [UInt8]) -> Bool {
        if left.scalars != right.scalars { return false }
        if left.isEscaped || right.isEscaped {
            return left.unescaped(in: bytes).elementsEqual(right.unescaped(in: bytes))
        }
        let bytes = bytes.span
        return bytes.extracting(left.content).equals(bytes.extracting(right.content))
    }
}

/// A lazy sequence of the UTF-8 bytes of a scanned literal, with its escapes decoded.
///
/// A lone surrogate becomes its three bytes in generalised UTF-8. So two such strings have equal bytes
/// exactly if they are the same.
package struct JSONUnescaped: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    /// The remaining bytes of the last escape, the next one in the lowest eight bits.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    package init(_ bytes: [UInt8], _ content: Range<Int>) {
        self.bytes = bytes
        position = content.lowerBound
        end = content.upperBound
    }

    package mutating func next() -> UInt8? {
        if pendingCount > 0 {
            defer { (pending, pendingCount) = (pending >> 8, pendingCount - 1) }
            return UInt8(truncatingIfNeeded: pending)
        }
        guard position < end else { return nil }
        let byte = bytes[position]
        position += 1
        guard byte == UInt8(ascii: "\\"), position < end else { return byte }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return codePoint()
        default: return letter
        }
    }

    private mutating func codePoint() -> UInt8? {
        guard var point = Hexadecimal.value(ofFourDigitsIn: bytes, at: position) else { return nil }
        position += 4
        if point & 0xFC00 == 0xD800, position + 6 <= end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u"),
            let low = Hexadecimal.value(ofFourDigitsIn: bytes, at: position + 2), low & 0xFC00 == 0xDC00
        {
            position += 6
            point = 0x10000 + (point & 0x3FF) << 10 + low & 0x3FF
        }
        switch point {
        case 0..<0x80:
            return UInt8(truncatingIfNeeded: point)
        case 0x80..<0x800:
            (pending, pendingCount) = (tail(point, 0), 1)
            return UInt8(truncatingIfNeeded: 0xC0 | point >> 6)
        case 0x800..<0x10000:
            (pending, pendingCount) = (tail(point, 6) | tail(point, 0) << 8, 2)
            return UInt8(truncatingIfNeeded: 0xE0 | point >> 12)
        default:
            (pending, pendingCount) = (tail(point, 12) | tail(point, 6) << 8 | tail(point, 0) << 16, 3)
            return UInt8(truncatingIfNeeded: 0xF0 | point >> 18)
        }
    }

    private func tail(_ point: UInt32, _ shift: UInt32) -> UInt32 { 0x80 | (point >> shift) & 0x3F }
}

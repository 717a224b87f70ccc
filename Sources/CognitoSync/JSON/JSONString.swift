import Messages

/// A string literal that passed the scan: where it is, not what it says.
package struct JSONString: Hashable, Sendable {
    /// The bytes between the quotation marks.
    package let content: Range<Int>
    /// How many Unicode scalars it has when unescaped: what the API model counts as length.
    package let scalars: Int
    package let isEscaped: Bool

    /// The bytes with their quotation marks.
    package var literal: Range<Int> { (content.lowerBound - 1)..<(content.upperBound + 1) }

    /// What it says; `bytes` are those that it was scanned in.
    package func text(in bytes: [UInt8]) -> String {
        isEscaped
            ? String(decoding: [UInt8](unescaped(in: bytes)), as: UTF8.self)
            : String(decoding: bytes[content], as: UTF8.self)
    }

    /// The first scalars of what it says: enough to quote, however long it is.
    func beginning(in bytes: [UInt8], scalars limit: Int) -> String {
        let text = String(decoding: [UInt8](unescaped(in: bytes).prefix(4 * limit)), as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }

    package func unescaped(in bytes: [UInt8]) -> JSONUnescaped { JSONUnescaped(bytes, content) }

    /// What says something else mostly has another length: that is found out without a call.
    @inline(__always)
    func equals(_ text: String, in bytes: [UInt8]) -> Bool {
        (content.count == text.utf8.count || isEscaped) && contentEquals(text, in: bytes)
    }

    private func contentEquals(_ text: String, in bytes: [UInt8]) -> Bool {
        if isEscaped { return unescaped(in: bytes).elementsEqual(text.utf8) }
        return bytes.span.extracting(content).equals(text.utf8.span)
    }

    static func equals(_ left: Self, _ right: Self, in bytes: [UInt8]) -> Bool {
        if left.scalars != right.scalars { return false }
        if left.isEscaped || right.isEscaped {
            return left.unescaped(in: bytes).elementsEqual(right.unescaped(in: bytes))
        }
        let bytes = bytes.span
        return bytes.extracting(left.content).equals(bytes.extracting(right.content))
    }
}

/// The UTF-8 bytes of a scanned literal's content, escapes undone one by one.
///
/// A lone surrogate comes out as the three bytes that generalised UTF-8 has for it, so that two such strings
/// are equal exactly if they are the same.
package struct JSONUnescaped: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    /// Bytes of the last escape that are still to come, the next one in the lowest eight bits.
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
        guard var point = Hexadecimal.value(of: bytes, at: position) else { return nil }
        position += 4
        if point & 0xFC00 == 0xD800, position + 6 <= end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u"),
            let low = Hexadecimal.value(of: bytes, at: position + 2), low & 0xFC00 == 0xDC00
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

/// Hexadecimal digits, of either case.
enum Hexadecimal {
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The value of four digits, or nil if there are not four.
    static func value(of bytes: [UInt8], at start: Int) -> UInt32? {
        guard bytes.count - start >= 4 else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = digit(bytes[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

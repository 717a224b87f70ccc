import Messages

/// The reading of strings.
extension JSONReader {
    /// Reads a string and returns its position and length.
    package mutating func string() throws(JSONError) -> JSONString { try nextString() }

    @inline(__always)
    mutating func nextString() throws(JSONError) -> JSONString {
        if !consume(UInt8(ascii: "\"")) { try require(.string) }
        let start = position
        let plain = unsafe bytes.span.bytes.plainText(from: start, to: end)
        let index = start &+ plain
        guard index < end, bytes[index] == UInt8(ascii: "\"") else {
            advance(to: index)
            return try restOfString(from: start, scalars: plain)
        }
        advance(to: index &+ 1)
        return JSONString(content: start..<index, scalars: plain, isEscaped: false)
    }

    /// Reads the rest of a string from the first byte that is not plain.
    private mutating func restOfString(from start: Int, scalars plain: Int) throws(JSONError) -> JSONString {
        var scalars = plain
        var isEscaped = false
        while true {
            guard position < end else { throw error(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                advance(to: position + 1)
                return JSONString(content: start..<position - 1, scalars: scalars, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                try escape()
                isEscaped = true
                scalars += 1
            case 0x00..<0x20:
                throw error(.controlCharacter)
            case 0x80...0xFF:
                scalars += try sequences()
            default:
                let plain = unsafe bytes.span.bytes.plainText(from: position, to: end)
                advance(to: position + plain)
                scalars += plain
            }
        }
    }

    /// Reads sequences of UTF-8, as long as they follow each other, and returns their number.
    private mutating func sequences() throws(JSONError) -> Int {
        let (count, index, isValid) = unsafe UTF8Sequence.count(in: bytes.span.bytes, from: position, to: end)
        advance(to: index)
        guard isValid else { throw error(.invalidUTF8) }
        return count
    }

    /// Reads a string that is passed on as it came, so that half of a surrogate pair is accepted too.
    package mutating func opaqueString() throws(JSONError) -> JSONString {
        let accepted = acceptsLoneSurrogates
        acceptsLoneSurrogates = true
        defer { acceptsLoneSurrogates = accepted }
        return try nextString()
    }

    private mutating func escape() throws(JSONError) {
        guard position + 1 < end else { throw error(.unexpectedEnd) }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            advance(to: position + 2)
        case UInt8(ascii: "u"):
            guard let unit = Hexadecimal.value(ofFourDigitsIn: bytes, at: position + 2) else {
                throw error(.invalidEscape)
            }
            if unit & 0xF800 != 0xD800 {
                advance(to: position + 6)
            } else if unit & 0xFC00 == 0xD800, bytes.count - position >= 12,
                bytes[position + 6] == UInt8(ascii: "\\"), bytes[position + 7] == UInt8(ascii: "u"),
                let low = Hexadecimal.value(ofFourDigitsIn: bytes, at: position + 8), low & 0xFC00 == 0xDC00
            {
                advance(to: position + 12)
            } else if acceptsLoneSurrogates {
                advance(to: position + 6)
            } else {
                throw error(.loneSurrogate)
            }
        default:
            throw error(.invalidEscape)
        }
    }
}

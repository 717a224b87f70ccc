extension [UInt8] {
    /// Appends a JSON string literal: what has to be escaped is, all else goes as its UTF-8.
    package mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x00..<0x20, 0x7F:
                append(contentsOf: "\\u00".utf8)
                append(Hexadecimal.lowercase(byte >> 4))
                append(Hexadecimal.lowercase(byte & 0x0F))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

extension Hexadecimal {
    /// The digit of a value below 16.
    static func lowercase(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + (nibble & 0x0F) - 10
    }
}

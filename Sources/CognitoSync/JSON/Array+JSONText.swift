import Messages

extension Array<UInt8> {
    /// Appends a JSON string literal.
    ///
    /// Only quotation marks, backslashes, C0 controls and DEL are escaped; all other text stays UTF-8.
    package mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x00..<0x20, 0x7F:
                append(contentsOf: "\\u00".utf8)
                append(Hexadecimal.lower(byte >> 4))
                append(Hexadecimal.lower(byte & 0x0F))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}

/// The grammar of chunk extensions (RFC 9112, 7.1.1): `*( BWS ";" BWS name [ BWS "=" BWS value ] )`.
enum ChunkExtensions {
    static func check(_ bytes: Span<UInt8>) throws(ResponseFault) {
        var index = 0
        skipBlanks(bytes, &index)
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: ";") else { throw .malformed("bad chunk extension") }
            index += 1
            skipBlanks(bytes, &index)
            guard skipToken(bytes, &index) else { throw .malformed("bad chunk extension") }
            skipBlanks(bytes, &index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            skipBlanks(bytes, &index)
            guard skipToken(bytes, &index) || skipQuoted(bytes, &index) else {
                throw .malformed("bad chunk extension")
            }
            skipBlanks(bytes, &index)
        }
        // Blanks at the very end are no part of the grammar.
        if let last = bytes.count > 0 ? bytes[bytes.count - 1] : nil, Line.isBlank(last) {
            throw .malformed("bad chunk extension")
        }
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, Line.isBlank(bytes[index]) { index += 1 }
    }

    private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < bytes.count, isToken(bytes[index]) { index += 1 }
        return index > start
    }

    private static func skipQuoted(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return false }
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard Line.isValueByte(byte) else { return false }
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\") {
                guard index < bytes.count, Line.isValueByte(bytes[index]) else { return false }
                index += 1
            }
        }
        return false
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}

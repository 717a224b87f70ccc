import Messages

/// The grammar of chunk extensions (RFC 9112, 7.1.1): `*( BWS ";" BWS name [ BWS "=" BWS value ] )`.
enum ChunkExtensions {
    /// Throws if the bytes between a chunk size and its line break are not extensions by the grammar.
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
        // The grammar allows no blanks at the very end.
        if let last = bytes.count > 0 ? bytes[bytes.count - 1] : nil, last.isBlank {
            throw .malformed("bad chunk extension")
        }
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index].isBlank { index += 1 }
    }

    private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < bytes.count, bytes[index].isTokenByte { index += 1 }
        return index > start
    }

    private static func skipQuoted(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return false }
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard !byte.isForbiddenControl else { return false }
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\") {
                guard index < bytes.count, !bytes[index].isForbiddenControl else { return false }
                index += 1
            }
        }
        return false
    }
}

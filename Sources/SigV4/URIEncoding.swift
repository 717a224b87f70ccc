/// Percent-encoding as SigV4 defines it (`UriEncode` in "Create a signed AWS API request").
///
/// Every byte but RFC 3986's unreserved characters becomes `%XX` with upper-case digits.
enum URIEncoding {
    /// `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `.`, `_`, `~` (RFC 3986 §2.3).
    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    @inline(__always)
    static func append(_ byte: UInt8, to output: inout [UInt8]) {
        if isUnreserved(byte) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(Hexadecimal.upper(byte >> 4))
            output.append(Hexadecimal.upper(byte & 0xF))
        }
    }

    /// A path whose segments are encoded once more than they are on the wire; slashes stay.
    static func appendPath(_ path: some Sequence<UInt8>, to output: inout [UInt8]) {
        for byte in path {
            if byte == UInt8(ascii: "/") { output.append(byte) } else { append(byte, to: &output) }
        }
    }

    /// A query's name or value in its one strict spelling: decoded where it is encoded, then encoded.
    ///
    /// A `%` that two hexadecimal digits do not follow stands for itself, and so does `+`.
    static func appendComponent(_ component: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var index = component.startIndex
        while index < component.endIndex {
            let byte = component[index]
            if byte == UInt8(ascii: "%"), component.endIndex - index > 2,
                let high = Hexadecimal.value(component[index + 1]),
                let low = Hexadecimal.value(component[index + 2])
            {
                append(high << 4 | low, to: &output)
                index += 3
            } else {
                append(byte, to: &output)
                index += 1
            }
        }
    }
}

/// Percent-encoding as SigV4 defines it (`UriEncode` in "Create a signed AWS API request").
///
/// Every byte but RFC 3986's unreserved characters becomes `%XX` with upper-case digits. Writes into an
/// `OutputSpan`: byte by byte into an array, the array's own checks cost more than the work.
enum URIEncoding {
    /// `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `.`, `_`, `~` (RFC 3986 §2.3).
    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// One byte, in three at most.
    @inline(__always)
    static func append(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if isUnreserved(byte) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(Hexadecimal.upper(byte >> 4))
            output.append(Hexadecimal.upper(byte & 0xF))
        }
    }

    /// A path whose segments are encoded once more than they are on the wire; slashes stay.
    static func appendPath(_ path: Span<UInt8>, to output: inout [UInt8]) {
        output.append(addingCapacity: 3 * path.count) { (output: inout OutputSpan<UInt8>) in
            for index in path.indices {
                if path[index] == UInt8(ascii: "/") {
                    output.append(path[index])
                } else {
                    append(path[index], to: &output)
                }
            }
        }
    }
}

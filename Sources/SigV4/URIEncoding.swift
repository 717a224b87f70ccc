/// Percent-encoding as SigV4 defines it (`UriEncode` in "Create a signed AWS API request").
///
/// Every byte but RFC 3986's unreserved characters becomes `%XX` with upper-case digits. Writes into an
/// `OutputSpan`: byte by byte into an array, the array's own checks cost more than the work.
enum URIEncoding {
    /// `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `.`, `_`, `~` (RFC 3986 §2.3): a bit for each, from 0 and from 64.
    ///
    /// Digits and letters alternate in identifiers, so that a branch for each kind would often be guessed wrong.
    private static let unreserved: (UInt64, UInt64) = (0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE)

    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        let half = byte < 0x40 ? unreserved.0 : unreserved.1
        return byte < 0x80 && half >> (byte & 0x3F) & 1 == 1
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
                let byte = path[index]
                if byte == UInt8(ascii: "/") {
                    output.append(byte)
                } else {
                    append(byte, to: &output)
                }
            }
        }
    }
}

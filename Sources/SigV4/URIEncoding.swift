internal import Messages

/// Percent-encoding as SigV4 defines it (`UriEncode` in "Create a signed AWS API request").
///
/// Every byte but RFC 3986's unreserved characters becomes `%XX` with upper-case digits. Writes into an
/// `OutputSpan`: byte by byte into an array, the array's own checks cost more than the work.
enum URIEncoding {
    private static let unreserved = ByteSet.unreserved
    private static let pathCharacters = unreserved.adding("/")

    /// One byte, in three at most.
    @inline(__always)
    static func append(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if unreserved.contains(byte) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(Hexadecimal.upper(byte >> 4))
            output.append(Hexadecimal.upper(byte & 0xF))
        }
    }

    /// A path whose segments are encoded once more than they are on the wire; slashes stay.
    static func appendPath(_ path: Span<UInt8>, to output: inout [UInt8]) {
        pathCharacters.appendEscaped(path, to: &output)
    }
}

internal import Messages

/// Percent-encoding as SigV4 defines it (`UriEncode` in "Create a signed AWS API request").
///
/// Every byte but RFC 3986's unreserved characters becomes `%XX` with upper-case digits.
enum URIEncoding {
    private static let pathCharacters = ByteSet.unreserved.adding("/")

    /// One byte, in three at most.
    static func append(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        ByteSet.unreserved.appendEscaped(byte, to: &output)
    }

    /// A path whose segments are encoded once more than they are on the wire; slashes stay.
    static func appendPath(_ path: Span<UInt8>, to output: inout [UInt8]) {
        pathCharacters.appendEscaped(path, to: &output)
    }
}

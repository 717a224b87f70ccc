import Messages

/// A target in `absolute-form` (RFC 9112 section 3.2.2), as ranges of the bytes that it was read from.
///
/// Its authority takes the place of `Host`. The scheme says nothing: the connection decides about TLS.
struct AbsoluteTarget {
    let authority: Range<Int>
    /// The path and the query; perhaps empty, or a query alone.
    let path: Range<Int>

    /// Reads a target; nil for one that is not `http://` or `https://` and a valid authority.
    ///
    /// User information is no part of a valid authority (RFC 9110 section 4.2.4).
    init?(_ bytes: Span<UInt8>) {
        let scheme = bytes.firstIndex(of: UInt8(ascii: ":"), in: bytes.indices)
        let name = bytes.extracting(first: scheme)
        guard name.isCaseInsensitively("http") || name.isCaseInsensitively("https"),
            bytes.count - scheme > 3, bytes.extracting(scheme..<scheme + 3).equals("://")
        else { return nil }
        let start = scheme + 3
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard HostValue.isValid(bytes.extracting(start..<end)) else { return nil }
        authority = start..<end
        path = end..<bytes.count
    }
}

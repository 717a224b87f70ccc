import Messages

/// Percent-encoding as RFC 3986 has it: one strict way in, one canonical way out.
///
/// What is decoded goes through memory of the caller's, which so serves all parts of a request.
enum PercentCoding {
    /// The text of a path segment, decoded once, or nil.
    ///
    /// Refused are an incomplete escape, a byte that RFC 3986 (3.3) wants escaped, and what is not UTF-8.
    static func decode(segment bytes: Span<UInt8>, by scratch: inout [UInt8]) -> String? {
        decode(bytes, plain: pathCharacters, by: &scratch)
    }

    /// The text of a query value, decoded once, or nil.
    ///
    /// A raw `+` is a plus sign: RFC 3986 gives it no other meaning, the AWS SDKs write a space as `%20`, and
    /// the tokens of this API are Base64, so a raw `+` is one that somebody forgot to escape.
    static func decode(queryValue bytes: Span<UInt8>, by scratch: inout [UInt8]) -> String? {
        decode(bytes, plain: queryCharacters, by: &scratch)
    }

    private static func decode(
        _ bytes: Span<UInt8>,
        plain: ByteSet,
        by scratch: inout [UInt8]
    ) -> String? {
        var isASCII = true
        var index = 0
        scratch.removeAll(keepingCapacity: true)
        scratch.append(addingCapacity: bytes.count) { (decoded: inout OutputSpan<UInt8>) in
            while index < bytes.count {
                let byte = bytes[index]
                if plain.contains(byte) {
                    decoded.append(byte)
                    index += 1
                } else {
                    guard byte == UInt8(ascii: "%"), bytes.count - index > 2,
                        let high = Hexadecimal.digit(bytes[index + 1]),
                        let low = Hexadecimal.digit(bytes[index + 2])
                    else { return }
                    decoded.append(high << 4 | low)
                    if high > 7 { isASCII = false }
                    index += 3
                }
            }
        }
        guard index == bytes.count else { return nil }
        // What is unescaped is ASCII; to ask for that is cheaper than to validate.
        return isASCII
            ? String(decoding: scratch, as: UTF8.self) : String(validating: scratch, as: UTF8.self)
    }

    /// Appends `text` with everything escaped but the unreserved characters, in upper-case hexadecimal.
    static func append(_ text: String, to target: inout [UInt8]) {
        ByteSet.unreserved.appendEscaped(text.utf8.span, to: &target)
    }

    /// pchar without the escape (RFC 3986, 3.3).
    private static let pathCharacters = ByteSet.unreserved.adding("!$&'()*+,;=:@")
    /// The same of a query (RFC 3986, 3.4).
    private static let queryCharacters = pathCharacters.adding("/?")
}

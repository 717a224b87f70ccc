/// Percent-encoding (RFC 3986): strict decoders, and one canonical form on the way out.
///
/// The strict decoders write into memory of the caller, which serves all parts of a request.
package enum PercentCoding {
    /// Returns the text of a path segment, decoded once; nil if it is not valid.
    ///
    /// Not valid are an incomplete escape, a byte that must be escaped by RFC 3986 (3.3), and bytes that are
    /// not UTF-8.
    package static func decode(segment bytes: Span<UInt8>, by scratch: inout [UInt8]) -> String? {
        decode(bytes, plain: pathCharacters, by: &scratch)
    }

    /// Returns the text of a query value, decoded once; nil if it is not valid.
    ///
    /// A raw `+` is a plus sign. RFC 3986 gives it no other meaning, and the AWS SDKs write a space as `%20`.
    /// The tokens of this API are Base64, so a raw `+` is one that a caller forgot to escape.
    package static func decode(queryValue bytes: Span<UInt8>, by scratch: inout [UInt8]) -> String? {
        decode(bytes, plain: queryCharacters, by: &scratch)
    }

    private static func decode(
        _ bytes: Span<UInt8>,
        plain: ByteSet,
        by scratch: inout [UInt8]
    ) -> String? {
        if plain.containsAll(bytes) { return bytes.text }
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
                        let high = Hexadecimal.value(bytes[index + 1]),
                        let low = Hexadecimal.value(bytes[index + 2])
                    else { return }
                    decoded.append(high << 4 | low)
                    if high > 7 { isASCII = false }
                    index += 3
                }
            }
        }
        guard index == bytes.count else { return nil }
        // An unescaped byte is ASCII; checking the escaped ones is cheaper than validating all.
        return isASCII
            ? String(decoding: scratch, as: UTF8.self) : String(validating: scratch, as: UTF8.self)
    }

    /// Decodes a text in which any byte may be unescaped, as people and browsers write it.
    ///
    /// - Parameter plusIsSpace: whether `+` means a space, as in `application/x-www-form-urlencoded`.
    /// - Returns: the bytes, which need not be UTF-8; nil for an incomplete escape.
    package static func decodeLeniently(
        _ text: some Sequence<UInt8>,
        plusIsSpace: Bool = false
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.next().flatMap(Hexadecimal.value),
                    let low = rest.next().flatMap(Hexadecimal.value)
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte == UInt8(ascii: "+") && plusIsSpace ? .space : byte)
            }
        }
        return bytes
    }

    /// Appends text with all bytes escaped except the unreserved characters.
    package static func append(_ text: String, to target: inout [UInt8]) {
        ByteSet.unreserved.appendEscaped(text.utf8.span, to: &target)
    }

    /// Appends a path with all bytes escaped except the unreserved characters and the slashes.
    package static func append(path: Span<UInt8>, to target: inout [UInt8]) {
        unreservedOrSlash.appendEscaped(path, to: &target)
    }

    private static let unreservedOrSlash = ByteSet.unreserved.adding("/")
    /// The characters of `pchar` without the escape (RFC 3986, 3.3).
    private static let pathCharacters = ByteSet.unreserved.adding("!$&'()*+,;=:@")
    /// The characters of a query without the escape (RFC 3986, 3.4).
    private static let queryCharacters = pathCharacters.adding("/?")
}

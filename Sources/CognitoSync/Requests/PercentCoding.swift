/// Percent-encoding as RFC 3986 has it: one strict way in, one canonical way out.
enum PercentCoding {
    /// The text of a path segment, decoded once, or nil.
    ///
    /// Refused are an incomplete escape, a byte that RFC 3986 (3.3) wants escaped, and what is not UTF-8.
    static func decode(segment bytes: ArraySlice<UInt8>) -> String? { decode(bytes, isQuery: false) }

    /// The text of a query value, decoded once, or nil.
    ///
    /// A raw `+` is a plus sign: RFC 3986 gives it no other meaning, the AWS SDKs write a space as `%20`, and
    /// the tokens of this API are Base64, so a raw `+` is one that somebody forgot to escape.
    static func decode(queryValue bytes: ArraySlice<UInt8>) -> String? { decode(bytes, isQuery: true) }

    private static func decode(_ bytes: ArraySlice<UInt8>, isQuery: Bool) -> String? {
        let bytes = bytes.span
        var decoded: [UInt8] = []
        var isASCII = true
        var index = 0
        decoded.append(addingCapacity: bytes.count) { (decoded: inout OutputSpan<UInt8>) in
            while index < bytes.count {
                let byte = bytes[index]
                if isPathCharacter(byte) || isQuery && isQueryCharacter(byte) {
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
            ? String(decoding: decoded, as: UTF8.self) : String(validating: decoded, as: UTF8.self)
    }

    /// Appends `text` with everything escaped but the unreserved characters, in upper-case hexadecimal.
    static func append(_ text: String, to target: inout [UInt8]) {
        let bytes = text.utf8.span
        target.append(addingCapacity: 3 * bytes.count) { (target: inout OutputSpan<UInt8>) in
            for index in bytes.indices {
                let byte = bytes[index]
                if isUnreserved(byte) {
                    target.append(byte)
                } else {
                    target.append(UInt8(ascii: "%"))
                    target.append(Hexadecimal.uppercase(byte >> 4))
                    target.append(Hexadecimal.uppercase(byte & 0x0F))
                }
            }
        }
    }

    @inline(__always)
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// The characters that RFC 3986 calls pchar, without the escape; the common ones are asked for first.
    @inline(__always)
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        if isUnreserved(byte) { return true }
        return switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    private static func isQueryCharacter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
    }
}

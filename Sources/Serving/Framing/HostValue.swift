/// The syntax of a `Host` value: a name, an IPv4 address or a bracketed IPv6 address, and perhaps a port.
///
/// RFC 9110 section 7.2 allows any `uri-host`; the parts of it that no host name has (user information, escapes,
/// delimiters) are refused, since they are how one parser is made to see another host.
enum HostValue {
    static func isValid(_ value: ArraySlice<UInt8>) -> Bool {
        var rest = value
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = rest[(rest.startIndex + 1)..<end]
            guard literal.count >= 2,
                literal.allSatisfy({
                    $0.hexValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                })
            else { return false }
            rest = rest[(end + 1)...]
        } else {
            let name = rest.prefix { $0 != UInt8(ascii: ":") }
            guard !name.isEmpty, name.count <= 255, name.allSatisfy(isNameByte) else { return false }
            rest = rest[name.endIndex...]
        }
        guard !rest.isEmpty else { return true }
        let port = rest.dropFirst()
        return rest.first == UInt8(ascii: ":") && (1...5).contains(port.count) && port.allSatisfy(\.isDigit)
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isDigit || (0x61...0x7A).contains(byte | 0x20)
        }
    }
}

import Messages

/// The syntax of a `Host` value: a name, an IPv4 address or a bracketed IPv6 address, and perhaps a port.
///
/// A port may be empty (RFC 3986 section 3.2.3). RFC 9110 section 7.2 allows any `uri-host`. The parts of it
/// that no host name has are refused: user information, escapes and delimiters. Attackers use them to make
/// two parsers see two different hosts.
enum HostValue {
    static func isValid(_ value: Span<UInt8>) -> Bool {
        var end: Int
        if !value.isEmpty, value[0] == UInt8(ascii: "[") {
            end = value.firstIndex(of: UInt8(ascii: "]"), in: value.indices)
            guard end < value.count, end > 2,
                value.extracting(1..<end).allSatisfy({
                    Hexadecimal.value($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                })
            else { return false }
            end += 1
        } else {
            end = value.firstIndex(of: UInt8(ascii: ":"), in: value.indices)
            guard (1...255).contains(end), value.extracting(first: end).allSatisfy(isNameByte) else {
                return false
            }
        }
        guard end < value.count else { return true }
        let port = value.extracting((end + 1)...)
        return value[end] == UInt8(ascii: ":") && port.count <= 5 && port.allSatisfy(\.isDigit)
    }

    /// Returns true for a byte of a host name or an IPv4 address.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: byte.isDigit || (0x61...0x7A).contains(byte | 0x20)
        }
    }
}

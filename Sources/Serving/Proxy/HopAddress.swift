import Messages

/// The address of a hop in a forwarding field, perhaps with a port.
///
/// A field names an IPv6 address in brackets or, where no port follows, without.
enum HopAddress {
    /// Reads `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`.
    ///
    /// - Returns: Nil for any other text, such as `unknown` and `_hidden` (RFC 7239 section 6).
    static func read(_ text: Substring) -> IPAddress? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let inner = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard inner.utf8.contains(UInt8(ascii: ":")), rest.isEmpty || isPort(rest) else { return nil }
            return IPAddress(inner)
        }
        if let address = IPAddress(text) { return address }
        guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
        return IPAddress(text[..<colon])
    }

    /// Returns whether a text is a colon and a port, or an obfuscated one (RFC 7239 section 6).
    private static func isPort(_ text: Substring) -> Bool {
        let port = text.utf8.dropFirst()
        guard text.hasPrefix(":"), (1...32).contains(port.count) else { return false }
        if port.first == UInt8(ascii: "_") { return true }
        return port.allSatisfy(\.isDigit) && (Int(text.dropFirst()) ?? .max) <= 65_535
    }
}

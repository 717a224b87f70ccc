/// The part of an address that stands for one caller: all of an IPv4 address, and a /64 of IPv6.
///
/// A host of IPv6 has a whole /64 to choose its address from (RFC 4291 section 2.5.4). Counted by address, it
/// would have as many connections and buckets as it likes.
package enum CallerNetwork {
    /// Returns the network of an address in the text of the system, such as `2001:db8:0:1::/64`.
    ///
    /// An IPv4 address that is mapped to IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
    ///
    /// - Returns: The text itself if it is not an IPv6 address.
    package static func of(_ address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")), let groups = groups(of: address) else {
            return address
        }
        if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return "\(groups[6] >> 8).\(groups[6] & 0xFF).\(groups[7] >> 8).\(groups[7] & 0xFF)"
        }
        return groups[0..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }

    /// Returns the eight groups of an IPv6 address (RFC 4291 section 2.2); nil for another text.
    private static func groups(of address: String) -> [UInt16]? {
        // A zone names an interface of this machine, not a part of the address.
        let text = address.prefix { $0 != "%" }
        guard let gap = text.firstRange(of: "::") else {
            return words(of: text).flatMap { $0.count == 8 ? $0 : nil }
        }
        guard let before = words(of: text[..<gap.lowerBound]), let after = words(of: text[gap.upperBound...]),
            before.count + after.count < 8
        else { return nil }
        return before + [UInt16](repeating: 0, count: 8 - before.count - after.count) + after
    }

    /// Returns the groups between the colons of a text, whose last part may be an IPv4 address.
    private static func words(of text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var words: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for part in parts.dropLast() {
            guard let word = UInt16(part, radix: 16) else { return nil }
            words.append(word)
        }
        guard let last = parts.last else { return nil }
        let bytes = last.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        if bytes.count == 4, let a = bytes[0], let b = bytes[1], let c = bytes[2], let d = bytes[3] {
            return words + [UInt16(a) << 8 | UInt16(b), UInt16(c) << 8 | UInt16(d)]
        }
        return UInt16(last, radix: 16).map { words + [$0] }
    }
}

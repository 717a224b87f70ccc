import Messages

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
        // A zone names an interface of this machine, not a part of the address.
        guard address.utf8.contains(UInt8(ascii: ":")),
            let groups = IPv6Address(address.prefix { $0 != "%" })?.groups
        else { return address }
        if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return "\(groups[6] >> 8).\(groups[6] & 0xFF).\(groups[7] >> 8).\(groups[7] & 0xFF)"
        }
        return groups[0..<4].map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }
}

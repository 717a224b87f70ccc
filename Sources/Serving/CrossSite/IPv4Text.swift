import Messages

/// The text of an IPv4 address.
enum IPv4Text {
    /// Returns whether a host is an address in four decimal parts.
    ///
    /// Browsers write each IPv4 address in this form, and never ask DNS about it.
    static func isAddress(_ host: String) -> Bool {
        let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(\.isDigit)
                    && part.reduce(0) { $0 * 10 + Int($1 & 0x0F) } < 256
            }
    }
}

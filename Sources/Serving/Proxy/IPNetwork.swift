package import Messages

/// A network of IPv4 or IPv6 addresses in the form of CIDR (RFC 4632, RFC 4291 section 2.3).
package struct IPNetwork: Sendable, Hashable {
    /// The reason why a text is no network.
    package enum Fault: Error, Equatable {
        case notAnAddress
        /// The prefix is no number, or more than `most`.
        case badPrefix(most: Int)
        /// The address has bits behind the prefix; the network is the one without them.
        case hostBits(IPNetwork)
    }

    /// The first address of the network.
    package let address: IPAddress
    /// The number of fixed bits, of 128: that of IPv4 counts from the mapped form.
    private let fixed: Int

    private init(_ address: IPAddress, fixed: Int) {
        self.address = address
        self.fixed = fixed
    }

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address.
    package init(parsing text: String) throws(Fault) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { throw .notAnAddress }
        let most = first.utf8.contains(UInt8(ascii: ":")) ? 128 : 32
        guard parts.count == 2 else {
            self.init(address, fixed: 128)
            return
        }
        let digits = parts[1]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit),
            digits.utf8.count == 1 || !digits.hasPrefix("0"), let length = Int(digits), length <= most
        else { throw .badPrefix(most: most) }
        let fixed = 128 - most + length
        let start = IPAddress(bits: address.bits & Self.mask(fixed))
        guard start == address else { throw .hostBits(IPNetwork(start, fixed: fixed)) }
        self.init(address, fixed: fixed)
    }

    /// Returns whether an address is in the network.
    ///
    /// `::/0` has no IPv4 address: the mapped form is a spelling, not a place in IPv6.
    package func contains(_ other: IPAddress) -> Bool {
        other.isIPv4 == isIPv4 && other.bits & Self.mask(fixed) == address.bits
    }

    /// Whether the network has every address of its kind.
    package var isEverything: Bool { fixed == (isIPv4 ? 96 : 0) }

    private var isIPv4: Bool { fixed >= 96 && address.isIPv4 }

    private static func mask(_ fixed: Int) -> UInt128 { fixed == 0 ? 0 : UInt128.max << (128 - fixed) }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String {
        fixed == 128 ? "\(address)" : "\(address)/\(isIPv4 ? fixed - 96 : fixed)"
    }
}

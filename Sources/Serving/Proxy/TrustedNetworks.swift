package import Messages

/// The networks of the hops whose word about the address of a caller counts.
package struct TrustedNetworks: Sendable, Equatable {
    private let networks: [IPNetwork]

    package init(_ networks: [IPNetwork] = []) { self.networks = networks }

    package func contains(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// Returns whether an address in the text of the system is trusted.
    ///
    /// A zone names an interface of this machine, not a part of the address.
    package func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let address = IPAddress(address.prefix { $0 != "%" }) else { return false }
        return contains(address)
    }
}

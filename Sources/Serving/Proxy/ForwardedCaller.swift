package import Messages

/// The caller that trusted hops name in `X-Forwarded-For` or `Forwarded`.
///
/// Each hop appends the address that it was called from. So the addresses count from the right: each one was
/// written by a hop that is trusted, up to the first one that is not trusted itself. That one is the caller's.
/// Anyone may have written those to the left of it.
package enum ForwardedCaller: Sendable, Equatable {
    /// The fields name nobody: the hop is the caller.
    case nobody
    case address(IPAddress)
    /// The two fields name different callers.
    ///
    /// Hops that write one of them often pass the other one on as it came. So neither can be preferred: the
    /// caller could choose its address by the one that the hop does not write.
    case conflict

    /// The most addresses that are looked at; the last one of them is the caller's then.
    package static let mostHops = 32

    /// Finds the caller of a request that a trusted hop has sent.
    ///
    /// - Parameters:
    ///   - forwardedFor: The values of `X-Forwarded-For`, in the order of their lines.
    ///   - forwarded: The values of `Forwarded`.
    package init(forwardedFor: [String], forwarded: [String], trusted: TrustedNetworks) {
        let addresses = forwardedFor.flatMap(Self.addresses)
        let nodes = forwarded.map(ForwardedField.nodes)
        let found = Self.search(addresses, trusted)
        guard nodes.contains(where: { $0 == nil || $0?.contains { !$0.isEmpty } == true }) else {
            self = found
            return
        }
        // A malformed value hides what the hop has written.
        let named = nodes.contains { $0 == nil } ? .nobody : Self.search(nodes.flatMap { $0 ?? [] }, trusted)
        self = addresses.isEmpty || named == found ? named : .conflict
    }

    /// Splits a value of `X-Forwarded-For`, by bytes: a comma may be a part of a longer character.
    private static func addresses(_ value: String) -> [String] {
        value.utf8.split(separator: UInt8(ascii: ",")).compactMap { part in
            let text = Substring(part).utf8.drop { $0.isBlank }
            let count = text.reversed().drop { $0.isBlank }.count
            return count == 0 ? nil : String(Substring(text.prefix(count)))
        }
    }

    /// Returns the rightmost address that is not trusted, else the leftmost one.
    ///
    /// A name that is no address ends the search: the hop beside it is the last one that is known.
    private static func search(_ names: [String], _ trusted: TrustedNetworks) -> Self {
        var last = Self.nobody
        for name in names.reversed().prefix(mostHops) {
            guard let address = HopAddress.read(Substring(name)) else { break }
            last = .address(address)
            if !trusted.contains(address) { break }
        }
        return last
    }
}

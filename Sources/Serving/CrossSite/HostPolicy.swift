import Messages

/// The hosts under which a listener serves requests.
///
/// A web page can point a name of its own at this machine (DNS rebinding): a browser then sends it here as
/// `Host`, and takes the response for one of that page's own server. No page can own an IP address or
/// `localhost`, so those are always served.
package struct HostPolicy: Sendable, Equatable {
    /// The names that are served, in lower case; nil if every name is.
    private let names: Set<String>?

    /// The policy of a listener that serves every host.
    package static let any = Self(names: nil)

    private init(names: Set<String>?) { self.names = names }

    /// Makes the policy of a listener.
    ///
    /// A Unix socket has no names. A listener beyond loopback has names that only its operator knows, so
    /// they bind only if some are given. `*` stands for every name.
    package init(names: [String], of address: ListenAddress) {
        if case .unix = address {
            self = .any
        } else if names.contains("*") || (names.isEmpty && !address.isLoopback) {
            self = .any
        } else {
            self.names = Set(names.map { Self.normalized($0) })
        }
    }

    /// Whether a host is looked at at all.
    package var isBinding: Bool { names != nil }

    /// Returns whether a request with this `Host` is served; nil is a request of HTTP/1.0 without one.
    package func serves(_ authority: String?) -> Bool {
        guard let names, let authority else { return true }
        if authority.hasPrefix("[") || Self.isAddress(authority.utf8.span) { return true }
        let host = Self.normalized(authority.prefix { $0 != ":" })
        return host == "localhost" || host.hasSuffix(".localhost") || names.contains(host)
    }

    /// Returns whether an authority is an IPv4 address, with or without a port and the dot of an absolute name.
    private static func isAddress(_ authority: Span<UInt8>) -> Bool {
        var end = 0
        while end < authority.count, authority[end] != UInt8(ascii: ":") { end += 1 }
        if end > 0, authority[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return HostName.isIPv4(authority.extracting(first: end))
    }

    /// Returns a name in lower case, without the dot that ends an absolute one.
    private static func normalized(_ name: some StringProtocol) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}

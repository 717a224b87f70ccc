import CredentialSources
import Messages

/// The URL of a set of keys or of a discovery document.
///
/// It is https, or http to a loopback address for a helper on the same machine. Keys that came over a network without
/// TLS would be those of anyone.
struct KeySetURL: Sendable, Equatable {
    let upstream: Origin
    /// The path, with the query.
    let path: String

    /// Reads a URL of the configuration; nil for any other text.
    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"),
            text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#")
        else { return nil }
        let end = text[mark.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        guard let upstream = Origin(String(text[..<end])) else { return nil }
        let rest = text[end...]
        self.upstream = upstream
        path = rest.hasPrefix("/") ? String(rest) : "/" + rest
        guard upstream.scheme == .https || isLoopback else { return nil }
    }

    /// Returns the URL of the discovery document of an issuer (OpenID Connect Discovery 1.0 section 4).
    static func discovery(of issuer: String) -> Self? {
        Self(
            (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
        )
    }

    /// Returns a URL that a discovery document names; nil for one that a document must not lead to.
    ///
    /// The document of an issuer elsewhere does not lead to this machine, and none leads to the metadata service of
    /// the machine. A name that resolves to such an address is refused by the sender.
    func following(_ text: String) -> Self? {
        guard let next = Self(text), !next.isLoopback || isLoopback, !next.isLinkLocal else { return nil }
        return next
    }

    /// Whether the host is a loopback address, or the name that libcurl takes for one.
    private var isLoopback: Bool {
        upstream.host.lowercased() == "localhost" || HostAddresses.isLoopback(upstream.host)
    }

    /// Whether the host is a literal address of 169.254.0.0/16 or fe80::/10, or that of the metadata service in IPv6.
    private var isLinkLocal: Bool {
        if HostName.isIPv4(Substring(upstream.host)) { return upstream.host.hasPrefix("169.254.") }
        guard let groups = IPv6Address(Substring(upstream.host))?.groups else { return false }
        let isMapped = groups[..<5].allSatisfy { $0 == 0 } && groups[5] == 0xFFFF
        return groups[0] & 0xFFC0 == 0xFE80 || (groups[0] == 0xFD00 && groups[1] == 0x0EC2)
            || (isMapped && groups[6] == 0xA9FE)
    }
}

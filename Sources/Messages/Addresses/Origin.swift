/// The scheme, host and port of an upstream (RFC 6454).
package struct Origin: Sendable, Equatable {
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    package let scheme: Scheme
    /// The host: a name, an IPv4 literal, or an IPv6 literal without brackets.
    package let host: String
    /// The port; nil for the default port of the scheme.
    package let port: Int?

    /// Combines the three parts; nil if the host or the port is not valid.
    package init?(scheme: Scheme, host: String, port: Int? = nil) {
        guard HostName.isValid(host), port.map({ (1...65535).contains($0) }) ?? true else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Parses an absolute URL that consists of scheme, host and port alone.
    ///
    /// A path other than `/`, a query and user information are refused, because they would have no effect.
    package init?(_ text: String) {
        guard let mark = text.firstRange(of: "://"),
            let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased())
        else { return nil }
        var authority = text[mark.upperBound...]
        if authority.hasSuffix("/") { authority.removeLast() }
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<end]
            rest = authority[end...]
        }
        guard !rest.isEmpty else {
            self.init(scheme: scheme, host: String(host))
            return
        }
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy(\.isDigit),
            let port = Int(rest.dropFirst())
        else { return nil }
        self.init(scheme: scheme, host: String(host), port: port)
    }

    /// The value of the Host field: the host, and the port unless it is the default of the scheme.
    package var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        guard let port, port != (scheme == .http ? 80 : 443) else { return host }
        return "\(host):\(port)"
    }

    package var url: String { "\(scheme.rawValue)://\(authority)/" }
}

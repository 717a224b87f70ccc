internal import Messages

/// The address of a listener: a TCP address, or the path of a Unix socket.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or an IP literal without brackets; port 0 lets the system choose.
    case tcp(host: String, port: Int)
    case unix(path: String)

    /// Reads `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080` or `unix:/run/syncgate.sock`.
    ///
    /// The port is plain decimal digits. An IPv6 address without brackets is refused: the start of its port
    /// would be a guess.
    ///
    /// - Throws: `ServingError.badAddress` with the whole text.
    package init(parsing text: String) throws(ServingError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // `sun_path` has 108 bytes, including the final NUL.
            guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else {
                throw .badAddress(text)
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { throw .badAddress(text) }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { throw .badAddress(text) }
        } else if host.contains(":") {
            throw .badAddress(text)
        }
        // A star, or nothing before the colon, would leave the choice between IPv4 and IPv6 to the resolver.
        guard HostName.isValid(host), (1...5).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { throw .badAddress(text) }
        self = .tcp(host: String(host), port: port)
    }

    /// The forms of an address, to complete "write …".
    package static let form =
        "host:port, [ipv6]:port or unix:/path; for every address 0.0.0.0:port or [::]:port"

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

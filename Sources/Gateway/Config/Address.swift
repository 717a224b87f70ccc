/// Where a listener binds: a host and port, or the path of a Unix socket.
package enum Address: Sendable, Equatable, CustomStringConvertible {
    /// The host without brackets; port 0 lets the system choose.
    case network(host: String, port: Int)
    case unix(path: String)

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` (every interface) or `unix:/run/x.sock`.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            // sun_path holds 108 bytes with its terminator.
            guard path.hasPrefix("/"), path.utf8.count <= 107 else { return nil }
            self = .unix(path: String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard let port = DecimalDigits.integer(digits), (0...65_535).contains(port) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        if host.isEmpty || host == "*" { host = "0.0.0.0" }
        guard host.utf8.count <= 253, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
        self = .network(host: String(host), port: Int(port))
    }

    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether only processes of this machine can reach it.
    package var isLoopback: Bool {
        switch self {
        case .network(let host, _): LoopbackName.contains(host)
        case .unix: true
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "_"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}

/// The names and addresses that lead back to this machine.
package enum LoopbackName {
    /// Takes a host without port or brackets: `localhost`, 127.0.0.0/8, `::1`.
    package static func contains(_ host: some StringProtocol) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in DecimalDigits.integer(part).map { (0...255).contains($0) } ?? false
            }
    }
}

/// Plain decimal digits: what every number in a configuration is made of.
enum DecimalDigits {
    /// The value of one to 19 digits without a sign; nil for anything else or what Int64 cannot hold.
    static func integer(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 19 else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}

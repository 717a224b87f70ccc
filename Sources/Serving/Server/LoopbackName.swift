import Messages

extension ListenAddress {
    /// Whether only processes of this machine can reach the address.
    package var isLoopback: Bool {
        switch self {
        case .tcp(let host, _): LoopbackName.contains(host)
        case .unix: true
        }
    }
}

/// The names and addresses that lead back to this machine.
package enum LoopbackName {
    /// Returns whether a host is `localhost`, in 127.0.0.0/8, or `::1`; it comes without port and brackets.
    package static func contains(_ host: some StringProtocol) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
        return host.hasPrefix("127.") && HostName.isIPv4(Substring(host))
    }
}

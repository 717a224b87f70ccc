package import Serving

extension ListenAddress {
    /// Whether only processes of this machine can reach it.
    package var isLoopback: Bool {
        switch self {
        case .tcp(let host, _): LoopbackName.contains(host)
        case .unix: true
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

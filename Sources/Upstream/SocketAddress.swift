import Glibc

/// An address that a connection was tried to, as bytes; it is spelt only for a log line.
struct SocketAddress: Equatable {
    let family: Int32
    /// The bytes of `sockaddr_in` or `sockaddr_in6`.
    let bytes: [UInt8]
}

extension SocketAddress: CustomStringConvertible {
    /// The address and the port, `192.0.2.1:443` or `[2001:db8::1]:443`.
    var description: String {
        guard bytes.count >= 8 else { return "an address of family \(family)" }
        let port = Int(bytes[2]) << 8 | Int(bytes[3])
        if family == AF_INET { return "\(bytes[4..<8].map(String.init).joined(separator: ".")):\(port)" }
        guard family == AF_INET6, bytes.count >= 24 else { return "an address of family \(family)" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isSpelt = unsafe bytes[8..<24].withUnsafeBytes { source in
            unsafe text.withUnsafeMutableBufferPointer { target in
                unsafe inet_ntop(AF_INET6, source.baseAddress, target.baseAddress, socklen_t(target.count))
                    != nil
            }
        }
        guard isSpelt else { return "an IPv6 address" }
        let spelt = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "[\(spelt)]:\(port)"
    }
}

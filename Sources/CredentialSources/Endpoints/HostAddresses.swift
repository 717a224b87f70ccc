import Foundation
import Glibc
import Messages

/// The addresses that a name resolves to, for the rule which names may get a token without TLS.
package enum HostAddresses {
    /// A function that returns the addresses of a name as text; none if it does not resolve.
    package typealias Resolve = @Sendable (_ name: String) async -> [String]

    /// Asks the system's resolver, on a thread of its own because that call blocks.
    @Sendable
    package static func resolve(_ name: String) async -> [String] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: addresses(of: name)) }
        }
    }

    /// Returns whether a text is an address of 127.0.0.0/8, or `::1`.
    package static func isLoopback(_ address: String) -> Bool {
        let text = Substring(address)
        if HostName.isIPv4(text) { return text.hasPrefix("127.") }
        return IPv6Address(text)?.groups == [0, 0, 0, 0, 0, 0, 0, 1]
    }

    private static func addresses(of name: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe addresses.append(text(of: entry.pointee))
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func text(of entry: addrinfo) -> String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe getnameinfo(
            entry.ai_addr,
            entry.ai_addrlen,
            &host,
            socklen_t(host.count),
            nil,
            0,
            NI_NUMERICHOST
        )
        guard status == 0 else { return "" }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

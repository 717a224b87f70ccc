import Glibc

/// A listening socket that the process was started with, such as one of a systemd socket unit.
///
/// The process that opened it may hold it too. Closing it here then refuses nobody: new connections wait in the queue
/// of the socket, for the next process.
package struct InheritedSocket: Sendable, Equatable {
    package let descriptor: CInt
    /// The address that the socket is bound to.
    package let address: ListenAddress

    /// Checks a descriptor, and keeps it from the programs that this process starts.
    ///
    /// - Throws: ``ActivationError`` if it is no stream socket that listens, or has no address to name.
    package init(descriptor: CInt) throws(ActivationError) {
        guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1,
            Self.option(SO_TYPE, of: descriptor) == CInt(SOCK_STREAM.rawValue)
        else { throw .notListening(descriptor) }
        guard let address = Self.address(of: descriptor) else { throw .withoutAddress(descriptor) }
        guard Platform.closeOnExec(descriptor) else { throw .notListening(descriptor) }
        self.descriptor = descriptor
        self.address = address
    }

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// Returns the address of a socket; nil for other families and for a Unix socket without a path.
    private static func address(of descriptor: CInt) -> ListenAddress? {
        var bytes = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var size = socklen_t(bytes.count)
        let status = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe buffer.baseAddress.map { base in
                unsafe getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &size)
            }
        }
        guard status == 0, bytes.count > 24 else { return nil }
        // The fields of each family are at the same places on every Linux (ip(7), ipv6(7), unix(7)).
        let port = Int(bytes[2]) << 8 | Int(bytes[3])
        switch CInt(unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: sa_family_t.self) }) {
        case AF_INET: return text(AF_INET, bytes[4..<8]).map { .tcp(host: $0, port: port) }
        case AF_INET6: return text(AF_INET6, bytes[8..<24]).map { .tcp(host: $0, port: port) }
        case AF_UNIX:
            let path = bytes[2...].prefix { $0 != 0 }
            return path.first == UInt8(ascii: "/") ? .unix(path: String(decoding: path, as: UTF8.self)) : nil
        default: return nil
        }
    }

    private static func text(_ family: CInt, _ address: ArraySlice<UInt8>) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, Array(address), &text, socklen_t(text.count)) != nil else {
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

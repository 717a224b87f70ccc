import Glibc

/// The open sockets by their local ports, by which libcurl identifies the connection of a transfer.
///
/// A socket has no port before it is connected. Its port is therefore looked up at the first search.
struct LocalPorts {
    /// The sockets whose ports are not yet known.
    private var unresolved: [Int32] = []
    /// The sockets of each port: nearly always one.
    ///
    /// Two that lead to different addresses may share a port.
    private var sockets: [Int32: [Int32]] = [:]

    mutating func opened(_ socket: Int32) { unresolved.append(socket) }

    mutating func closed(_ socket: Int32) {
        unresolved.removeAll { $0 == socket }
        for (port, named) in sockets where named.contains(socket) {
            let others = named.filter { $0 != socket }
            sockets[port] = others.isEmpty ? nil : others
        }
    }

    mutating func sockets(at port: Int32) -> [Int32] {
        unresolved.removeAll { socket in
            guard let port = Self.localPort(of: socket) else { return false }
            sockets[port, default: []].append(socket)
            return true
        }
        return sockets[port] ?? []
    }

    private static func localPort(of socket: Int32) -> Int32? {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &size)
            }
        }
        // The port is at the same offset in the structures of both families.
        let port = UInt16(bigEndian: address.sin6_port)
        return code == 0 && port != 0 ? Int32(port) : nil
    }
}

import Glibc

/// The address of a Unix socket, for the calls that take one.
struct UnixAddress {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Makes a socket at the path, which does not listen yet.
    func bind() throws(SocketFileError) -> CInt {
        let descriptor = try Self.open()
        let status = unsafe withAddress { unsafe Glibc.bind(descriptor, $0, $1) }
        guard status == 0 else {
            let code = errno
            _ = close(descriptor)
            throw .system("bind", code)
        }
        return descriptor
    }

    /// Tries a connection without waiting; returns 0, or the `errno` of the failure.
    func connect() -> CInt {
        guard let descriptor = try? Self.open() else { return EMFILE }
        defer { _ = close(descriptor) }
        return unsafe withAddress { unsafe Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
    }

    private static func open() throws(SocketFileError) -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .system("create a socket", errno) }
        return descriptor
    }

    /// Passes the address to a call; the path fits, as ``ListenAddress`` has checked.
    private func withAddress(_ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard path.utf8.count < buffer.count else { return false }
            unsafe buffer.copyBytes(from: path.utf8)
            return true
        }
        guard fits else {
            errno = ENAMETOOLONG
            return -1
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe call(generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

import Glibc

/// The few functions of the C library that this target uses directly.
///
/// Each function owns the memory that it passes for the length of the C call. It keeps no pointer afterwards.
enum Platform {
    /// The socket option that makes a close send RST: on, and after 0 seconds.
    ///
    /// It is made of its bytes. The initializer belongs to the first module that the compiler meets, of the
    /// system or of NIO. An initializer that belongs to a module of NIO cannot be called from here.
    static let resetOnClose: linger = unsafe [CInt(1), 0].withUnsafeBytes {
        unsafe $0.loadUnaligned(as: linger.self)
    }

    /// Returns the seconds since 1970 by the wall clock.
    ///
    /// Only the `date` field uses it; deadlines use a monotonic clock.
    static func wallClock() -> Int64 {
        Int64(time(nil))
    }

    /// Returns the words of the system for an `errno`.
    static func message(of code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    /// Returns the first 4 KiB of a small system file; nil if it is empty or cannot be read.
    static func contents(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    /// Returns the first `most` bytes of a regular file; nil, with `errno` set, if it cannot be read.
    static func bytes(of path: String, most: Int) -> [UInt8]? {
        // A pipe would keep the open waiting for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENOTSUP
            return nil
        }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while all.count < most {
            let count = unsafe read(descriptor, &piece, min(piece.count, most - all.count))
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            all += piece.prefix(count)
        }
        return all
    }

    /// The socket option that lets other processes of the same user listen on the same address.
    static let reusePort = CInt(SO_REUSEPORT)

    /// Keeps a descriptor from the programs that this process starts; returns false if it is not open.
    static func closeOnExec(_ descriptor: CInt) -> Bool { fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 }

    /// Sets the length of the queue of a listening socket.
    static func setBacklog(of descriptor: CInt, to count: CInt) { _ = listen(descriptor, count) }

    /// Returns the soft limit of open files; the largest number if there is none.
    static func descriptorLimit() -> Int {
        limitOfFiles().flatMap { Int(exactly: $0.rlim_cur) } ?? .max
    }

    /// Raises the soft limit of open files to the hard one; a refusal by the system has no effect.
    static func raiseDescriptorLimit() {
        guard var limit = limitOfFiles(), limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func limitOfFiles() -> rlimit? {
        var limit = rlimit()
        let status = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return status == 0 ? limit : nil
    }
}

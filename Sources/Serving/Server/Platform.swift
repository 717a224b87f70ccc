import Glibc

/// The few things asked of the C library directly: the only file of this target with unsafe calls.
///
/// Each call hands over memory that it owns for the length of the call and keeps no pointer after it.
enum Platform {
    /// Makes closing a socket send RST: `struct linger`, on, 0 s.
    ///
    /// Its own initializer is the one of whichever C module the compiler met first, and with the static standard
    /// library that is a module of NIO's that cannot be imported. The struct is two ints (socket(7)).
    static let resetOnClose = unsafe unsafeBitCast((on: CInt(1), seconds: CInt(0)), to: linger.self)

    /// Seconds since 1970 by the wall clock, for the `date` field alone; deadlines are on a monotonic clock.
    static func wallClock() -> Int64 {
        Int64(time(nil))
    }

    /// The first 4 KiB of a small system file; nil where it cannot be read.
    static func contents(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}

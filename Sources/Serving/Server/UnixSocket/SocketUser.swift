import Glibc
import NIOCore

/// The process at the other end of a Unix socket, as the kernel knows it (unix(7), SO_PEERCRED).
///
/// The fields are those of `struct ucred`, which the C library shows to programs with GNU extensions only.
struct SocketUser: Sendable {
    private let process: Int32
    private let user: UInt32
    private let group: UInt32

    /// Returns the user that opened the connection; nil where the kernel does not say.
    static func userID(of channel: any Channel) -> UInt32? {
        guard let options = channel as? any SocketOptionProvider else { return nil }
        var found: UInt32?
        // On its own event loop the result is there at once.
        let future: EventLoopFuture<SocketUser> = options.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET),
            name: SocketOptionName(SO_PEERCRED)
        )
        future.assumeIsolated().whenSuccess { found = $0.user }
        return found
    }
}

import Glibc

/// The file of a Unix socket that this process listens on.
///
/// It is removed only by the process that made it. A file that another process has put in its place stays.
struct SocketFile: Sendable {
    let path: String
    /// The listening socket; the owner of the file passes it on and closes it.
    let descriptor: CInt
    private let identity: FileIdentity

    /// The most connections that wait for an accept.
    private static let backlog: CInt = 1024

    /// Listens at a path, in place of a socket that no process serves any more.
    ///
    /// The permissions are set before the socket listens. Until then the kernel refuses every connection, so
    /// there is no moment with other permissions.
    static func listen(
        at path: String,
        permissions: SocketPermissions
    ) async throws(SocketFileError) -> SocketFile {
        // Two starts at once could each find the socket of the other one before it listens, and remove it.
        let lock = await FolderLock(of: path)
        defer { lock.release() }
        try removeStale(path)
        let descriptor = try UnixAddress(path).bind()
        guard let identity = FileIdentity(of: path), identity.isSocket else {
            _ = close(descriptor)
            throw .replaced
        }
        let file = SocketFile(path: path, descriptor: descriptor, identity: identity)
        do throws(SocketFileError) {
            try permissions.apply(to: path)
            guard Glibc.listen(descriptor, backlog) == 0 else { throw .system("listen", errno) }
        } catch {
            file.remove()
            _ = close(descriptor)
            throw error
        }
        return file
    }

    /// Gives the file other permissions, as far as the system allows it.
    func setPermissions(_ permissions: SocketPermissions) {
        guard FileIdentity(of: path) == identity else { return }
        try? permissions.withDefaults.apply(to: path)
    }

    /// Gives the socket its backlog again, which NIO sets to its own default.
    func restoreBacklog() { _ = Glibc.listen(descriptor, Self.backlog) }

    /// Removes the file if it is still the one of this socket.
    ///
    /// Call it once, while the socket is open: the inode of a closed socket may be given to a new file.
    func remove() {
        guard FileIdentity(of: path) == identity else { return }
        _ = unsafe unlink(path)
    }

    /// Removes a socket that no process serves.
    ///
    /// - Throws: ``SocketFileError/served`` if a process accepts its connections, and
    ///   ``SocketFileError/otherFile`` if it is no socket.
    private static func removeStale(_ path: String) throws(SocketFileError) {
        guard let found = FileIdentity(of: path) else { return }
        guard found.isSocket else { throw .otherFile }
        switch UnixAddress(path).connect() {
        // A full backlog, or a socket of another kind, has a process behind it too.
        case 0, EAGAIN, EINPROGRESS, EPROTOTYPE: throw .served
        case ENOENT: return
        case ECONNREFUSED: break
        case let code: throw .system("connect to the socket", code)
        }
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw .system("remove the old socket", errno)
        }
    }
}

/// The reason why a process cannot listen at a path.
enum SocketFileError: Error, CustomStringConvertible {
    /// Another process accepts the connections of the socket.
    case served
    /// A file that is no socket; it is never removed.
    case otherFile
    /// Another process has replaced the socket in the moment after its bind.
    case replaced
    /// A refusal by the system, with its `errno`.
    case system(String, CInt)

    var description: String {
        switch self {
        case .served: "another process serves this socket"
        case .otherFile: "the file there is not a socket and stays"
        case .replaced: "another process has replaced the socket"
        case .system(let step, let code): "cannot \(step): \(Platform.message(of: code))"
        }
    }
}

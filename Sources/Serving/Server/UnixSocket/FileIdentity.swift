import Glibc

/// The device and the inode of a file, which tell it from a later one with the same path.
struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    let isSocket: Bool

    /// Reads the identity of a file, without following a link; nil if there is none.
    init?(of path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
}

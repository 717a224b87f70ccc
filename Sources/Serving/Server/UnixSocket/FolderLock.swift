import Glibc

/// A lock on the folder of a path, which processes of this program take while they look at sockets in it.
///
/// It leaves no file. A process that holds it for long delays a start by one second at most.
struct FolderLock {
    private let descriptor: CInt

    /// Takes the lock, or goes on without it.
    init(of path: String) async {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        descriptor = unsafe open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        for _ in 0..<100 {
            guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Gives the lock back, by closing its descriptor.
    func release() {
        if descriptor >= 0 { _ = close(descriptor) }
    }
}

import Synchronization

/// The access rules in force, which a reload and a changed token replace.
final class CurrentAccess: Sendable {
    private let access: Mutex<AdminGuard>

    init(_ access: AdminGuard) { self.access = Mutex(access) }

    var value: AdminGuard { access.withLock { $0 } }

    func replace(by access: AdminGuard) { self.access.withLock { $0 = access } }
}

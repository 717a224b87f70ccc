import Foundation

/// SIGUSR1 and SIGUSR2, which end a process that does not handle them.
///
/// Scripts that rotate logs, and habits from other servers, send them.
enum UserSignals {
    /// Ignores both, until the command handles one.
    static func ignore() {
        signal(SIGUSR1, SIG_IGN)
        signal(SIGUSR2, SIG_IGN)
    }
}

import CProcess
import Foundation

/// The memory of the process, which contains AWS credentials and signing keys (threat T23).
enum ProcessMemory {
    /// Keeps core dumps and other processes of the same user from the memory.
    ///
    /// The kernel then gives the files in `/proc/self` to root. The process still reads its own, for its metrics.
    static func protect() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = syncgate_forbid_dumps()
    }
}

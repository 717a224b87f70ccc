import Foundation

/// The core dumps of the process, which would contain AWS credentials and signing keys (threat T23).
enum CoreDumps {
    /// Disables core dumps, by a size limit of zero.
    static func disable() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}

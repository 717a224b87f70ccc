import Foundation

/// A core dump of the gateway would hold AWS credentials and signing keys (threat T23): the process leaves none.
enum CoreDumps {
    static func disable() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}

import NIOCore

/// The number of cores that this process may keep busy.
///
/// It is the least of the affinity mask and the CPU quotas of the control group and its parents. A quota is
/// rounded up: 1.5 cores are worth two loops.
///
/// To count all cores of the machine is the usual mistake in containers. The loops then compete for a quota
/// that is spent early in each period.
package enum AvailableCores {
    /// Returns the number of cores, at least one.
    package static func count() -> Int {
        var cores = System.coreCount
        if let allowed = Platform.contents(of: "/proc/self/status").flatMap(coresOfAffinity) {
            cores = min(cores, allowed)
        }
        if let group = Platform.contents(of: "/proc/self/cgroup").flatMap(unifiedGroup) {
            for folder in withParents(group) {
                let file = "/sys/fs/cgroup\(folder)/cpu.max"
                if let quota = Platform.contents(of: file).flatMap(coresOfQuota) { cores = min(cores, quota) }
            }
        }
        return max(1, cores)
    }

    /// Returns the number of cores in the line `Cpus_allowed_list: 0-3,8` of `/proc/self/status`.
    ///
    /// The line is the affinity mask, the same as from `sched_getaffinity`.
    ///
    /// - Returns: Nil if the line is missing or malformed.
    package static func coresOfAffinity(_ status: String) -> Int? {
        let key = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        var count = 0
        for range in line.dropFirst(key.count).split(whereSeparator: { $0.isWhitespace || $0 == "," }) {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
                first >= 0, last >= first, last < 65_536
            else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }

    /// Returns the path in the line `0::/path` of `/proc/self/cgroup` (cgroup v2); nil without such a line.
    package static func unifiedGroup(_ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }

    /// Returns a path and all paths above it: `/a/b`, `/a` and the root, which is the empty path.
    package static func withParents(_ path: String) -> [String] {
        var parts = path.split(separator: "/")
        var paths: [String] = []
        while !parts.isEmpty {
            paths.append(parts.map { "/\($0)" }.joined())
            parts.removeLast()
        }
        return paths + [""]
    }

    /// Returns the cores of a `cpu.max` line (`quota period`, both in microseconds), rounded up; nil for
    /// `max`.
    package static func coresOfQuota(_ text: String) -> Int? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0
        else { return nil }
        return quota / period + (quota % period == 0 ? 0 : 1)
    }
}

import NIOCore

/// How many cores this process may keep busy.
///
/// The least of what its affinity mask allows and what the CPU quota of its control group, or of any group
/// above it, pays for (rounded up: a quota of 1.5 cores is worth two loops). Counting the machine's cores
/// instead is the usual fault in containers: the loops then fight over a quota that is spent early in each
/// period.
package enum AvailableCores {
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

    /// The cores in the line `Cpus_allowed_list: 0-3,8` of `/proc/self/status`: the affinity mask, as
    /// `sched_getaffinity` gives it.
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

    /// The path in the line `0::/path` of `/proc/self/cgroup` (cgroup v2); nil without one.
    package static func unifiedGroup(_ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }

    /// A path and all above it: `/a/b`, `/a` and the root, which is the empty path.
    package static func withParents(_ path: String) -> [String] {
        var parts = path.split(separator: "/")
        var paths: [String] = []
        while !parts.isEmpty {
            paths.append(parts.map { "/\($0)" }.joined())
            parts.removeLast()
        }
        return paths + [""]
    }

    /// The whole cores that a `cpu.max` line (`quota period`, both microseconds) pays for; nil for `max`.
    package static func coresOfQuota(_ text: String) -> Int? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0, period > 0
        else { return nil }
        return quota / period + (quota % period == 0 ? 0 : 1)
    }
}

/// The memory that this process may use.
///
/// It is the least of the memory of the machine and the limits of the control group and its parents, in
/// cgroup v2 and v1. The machine alone says too much in a container, and the kernel would kill the process.
package enum AvailableMemory {
    /// Returns the bytes; 1 GiB if the system says nothing.
    package static func bytes() -> Int {
        var found: [Int] = []
        if let machine = Platform.contents(of: "/proc/meminfo").flatMap(total) { found.append(machine) }
        if let groups = Platform.contents(of: "/proc/self/cgroup") {
            let unified = AvailableCores.unifiedGroup(groups).map { ("", $0, "memory.max") }
            let first = memoryGroup(groups).map { ("/memory", $0, "memory.limit_in_bytes") }
            for case let (root, group, file)? in [unified, first] {
                for folder in AvailableCores.withParents(group) {
                    let path = "/sys/fs/cgroup\(root)\(folder)/\(file)"
                    if let bytes = Platform.contents(of: path).flatMap(limit) { found.append(bytes) }
                }
            }
        }
        return found.min() ?? 1 << 30
    }

    /// Returns the bytes in the line `MemTotal: 16384 kB` of `/proc/meminfo`; nil without such a line.
    package static func total(_ text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemTotal:") }) else {
            return nil
        }
        let words = line.split(separator: " ")
        guard words.count == 3, words[2] == "kB", let kibibytes = Int(words[1]), kibibytes > 0 else {
            return nil
        }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }

    /// Returns the path in the line `4:memory:/path` of `/proc/self/cgroup` (cgroup v1); nil without such a
    /// line.
    package static func memoryGroup(_ text: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].split(separator: ",").contains("memory") else { continue }
            return String(parts[2])
        }
        return nil
    }

    /// Returns the bytes of a limit of a control group; nil for `max`.
    package static func limit(_ text: String) -> Int? {
        Int(text.prefix { !$0.isWhitespace }).flatMap { $0 > 0 ? $0 : nil }
    }
}

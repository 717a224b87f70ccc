internal import Foundation

/// The figures of the kernel about this process.
struct ProcessStatistics: Equatable {
    var residentBytes = 0
    var openDescriptors = 0
    var cpuSeconds = 0.0
    /// The start of the process in seconds since 1970, UTC.
    var startTime = 0.0

    /// Reads /proc; a figure that cannot be read stays 0.
    static func read() -> Self {
        var statistics = Self()
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        statistics.openDescriptors =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            // The second field is the name of the command in brackets, and may hold any character.
            let name = stat.range(of: ") ", options: .backwards)
        else { return statistics }
        // From the third field on, counted from 0 (proc(5)): 11 utime, 12 stime, 19 starttime, 21 rss in pages.
        let fields = stat[name.upperBound...].split(separator: " ")
        func field(_ index: Int) -> Double { fields.indices.contains(index) ? Double(fields[index]) ?? 0 : 0 }
        statistics.cpuSeconds = (field(11) + field(12)) / ticks
        statistics.residentBytes = Int(field(21)) * max(1, sysconf(Int32(_SC_PAGESIZE)))
        statistics.startTime = bootTime() + field(19) / ticks
        return statistics
    }

    /// Returns the time of the last boot in seconds since 1970, UTC; 0 if it cannot be read.
    private static func bootTime() -> Double {
        guard let stat = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return 0 }
        let line = stat.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }
}

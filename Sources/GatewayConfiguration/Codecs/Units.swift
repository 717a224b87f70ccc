/// Sizes in bytes, with the units of IEC 80000-13.
enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Reads `64MiB`, `512B` or a plain `0`.
    static func parse(_ text: String) -> Int? {
        if text == "0" { return 0 }
        for unit in units where text.hasSuffix(unit.name) {
            guard let count = DecimalDigits.integer(text.dropLast(unit.name.count)) else { return nil }
            let (bytes, overflow) = Int(count).multipliedReportingOverflow(by: unit.bytes)
            return overflow ? nil : bytes
        }
        return nil
    }

    /// With the largest unit that leaves a whole number.
    static func text(_ bytes: Int) -> String {
        for unit in units where bytes > 0 && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return String(bytes)
    }
}

/// Durations as a whole number and a unit: `500ms`, `5s`, `5m`, `1h`.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("ms", 1), ("s", 1000),
    ]

    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let unit = units.first(where: { $0.name == text.dropFirst(digits.count) }),
            let count = DecimalDigits.integer(digits)
        else { return nil }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        return overflow ? nil : .milliseconds(milliseconds)
    }

    /// With the largest unit that leaves a whole number, minutes only from two on.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        if seconds >= 3600, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds >= 120, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

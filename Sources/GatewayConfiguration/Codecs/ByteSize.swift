/// A size in bytes, with the units of IEC 80000-13.
enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Returns the bytes of `64MiB`, `512B` or a plain `0`; nil for another text.
    static func parse(_ text: String) -> Int? {
        if text == "0" { return 0 }
        for unit in units where text.hasSuffix(unit.name) {
            guard let count = WholeNumber.parse(text.dropLast(unit.name.count)) else { return nil }
            let (bytes, overflow) = Int(count).multipliedReportingOverflow(by: unit.bytes)
            return overflow ? nil : bytes
        }
        return nil
    }

    /// Returns the size with the largest unit that leaves a whole number.
    static func text(_ bytes: Int) -> String {
        for unit in units where bytes > 0 && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return String(bytes)
    }
}

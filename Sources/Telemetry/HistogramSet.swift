/// The series of one histogram for all values of its labels.
struct HistogramSet: Sendable {
    /// The upper bounds in nanoseconds.
    ///
    /// They begin at a quarter of a millisecond, below which a hit lies, and end at the longest deadline.
    static let bounds: [Int64] = [
        250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// The bounds in seconds, as the text format spells them.
    static let boundLabels = bounds.map { PrometheusText.number(Double($0) / 1e9) }

    /// The cells of one series: one for each bucket, one above all bounds, and the sum in nanoseconds.
    private static let stride = bounds.count + 2
    private var cells: [UInt64]

    /// Creates the cells of `series` series, all zero.
    init(series: Int) { cells = [UInt64](repeating: 0, count: series * Self.stride) }

    /// Counts a duration; a negative one counts as zero.
    mutating func observe(series: Int, nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        let bucket = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        cells[series * Self.stride + bucket] &+= 1
        cells[series * Self.stride + Self.bounds.count + 1] &+= UInt64(nanoseconds)
    }

    mutating func add(_ other: Self) { cells.add(other.cells) }

    /// Returns the counts of one series; nil if it is empty.
    func series(_ series: Int) -> HistogramSeries? {
        let base = series * Self.stride
        var total: UInt64 = 0
        let cumulative = Self.bounds.indices.map { bucket in
            total &+= cells[base + bucket]
            return total
        }
        total &+= cells[base + Self.bounds.count]
        guard total > 0 else { return nil }
        return HistogramSeries(
            cumulative: cumulative,
            total: total,
            seconds: Double(cells[base + Self.bounds.count + 1]) / 1e9
        )
    }
}

/// The counts of one series of a histogram.
struct HistogramSeries {
    /// The counts up to and including each bound.
    var cumulative: [UInt64]
    var total: UInt64
    /// The sum of all durations.
    var seconds: Double
}

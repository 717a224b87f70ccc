/// A series of a family at a scrape.
struct MetricSample {
    /// The value of a series; each case has a spelling of its own in the text format.
    enum Value {
        case count(UInt64)
        case level(Int)
        case number(Double)
        case histogram(HistogramSeries)
    }

    let value: Value
    /// The label values, in the order of ``MetricFamily/labels``.
    let labels: [String]
}

extension MetricSample {
    static func count(_ value: UInt64, _ labels: String...) -> Self {
        Self(value: .count(value), labels: labels)
    }

    static func level(_ value: Int, _ labels: String...) -> Self {
        Self(value: .level(value), labels: labels)
    }

    static func number(_ value: Double, _ labels: String...) -> Self {
        Self(value: .number(value), labels: labels)
    }

    static func histogram(_ series: HistogramSeries, _ labels: String...) -> Self {
        Self(value: .histogram(series), labels: labels)
    }

    /// Returns a sample for each value of a label, zeros included.
    ///
    /// A series that appears only with its first count hides that count from `rate()`.
    static func each<Label: ClosedSet & Equatable>(_ type: Label.Type, _ values: [UInt64]) -> [Self] {
        Label.allCases.map { .count(values[$0.position], $0.rawValue) }
    }
}

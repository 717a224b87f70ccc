/// A page in the Prometheus text format, version 0.0.4.
///
/// Source: prometheus.io/docs/instrumenting/exposition_formats. The samples of a family follow its HELP and TYPE
/// lines without anything between them.
struct PrometheusText {
    private(set) var text = ""

    /// Writes the families in their order.
    init(_ families: [MetricFamily], _ reading: MetricReading) {
        for family in families {
            let (name, help) = (family.name, Self.escaped(family.help, quotes: false))
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(family.kind.rawValue)\n"
            for sample in family.samples(reading) {
                write(sample.value, name, Array(zip(family.labels, sample.labels)))
            }
        }
    }

    private mutating func write(_ value: MetricSample.Value, _ name: String, _ labels: [(String, String)]) {
        switch value {
        case .count(let count): line(name, labels, String(count))
        case .level(let level): line(name, labels, String(level))
        case .number(let number): line(name, labels, Self.number(number))
        case .histogram(let series): write(series, name, labels)
        }
    }

    private mutating func write(_ series: HistogramSeries, _ name: String, _ labels: [(String, String)]) {
        for (bound, count) in zip(HistogramSet.boundLabels, series.cumulative) {
            line(name + "_bucket", labels + [("le", bound)], String(count))
        }
        line(name + "_bucket", labels + [("le", "+Inf")], String(series.total))
        line(name + "_sum", labels, Self.number(series.seconds))
        line(name + "_count", labels, String(series.total))
    }

    /// Returns a number in a form that the parser of Go reads; whole numbers have no fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",")
                + "}"
        }
        text += " \(value)\n"
    }

    /// Returns a text with backslash and line feed escaped, and with `quotes`, as label values need it, the quote.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Writes the Prometheus text format, version 0.0.4.
///
/// Source: prometheus.io/docs/instrumenting/exposition_formats. A family's samples follow its HELP and TYPE lines
/// without anything between them.
struct PrometheusText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""
    private var name = ""

    /// Starts a family; the samples that follow belong to it.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ value: Double, _ labels: [(String, String)] = [], suffix: String = "") {
        line(Self.number(value), labels, suffix)
    }

    mutating func sample(_ value: UInt64, _ labels: [(String, String)] = [], suffix: String = "") {
        line(String(value), labels, suffix)
    }

    mutating func sample(_ value: Int, _ labels: [(String, String)] = []) { line(String(value), labels, "") }

    mutating func histogram(_ set: HistogramSet, series: Int, _ labels: [(String, String)]) {
        guard let (cumulative, total, seconds) = set.series(series) else { return }
        for (bound, count) in zip(HistogramSet.boundLabels, cumulative) {
            sample(count, labels + [("le", bound)], suffix: "_bucket")
        }
        sample(total, labels + [("le", "+Inf")], suffix: "_bucket")
        sample(seconds, labels, suffix: "_sum")
        sample(total, labels, suffix: "_count")
    }

    /// A float as Go's parser reads it; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }

    private mutating func line(_ value: String, _ labels: [(String, String)], _ suffix: String) {
        text += name + suffix
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",")
                + "}"
        }
        text += " \(value)\n"
    }

    /// Backslash and line feed always, the quote in label values.
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

/// A family of metrics: its name, type, help, labels, and the way to its samples.
///
/// `/metrics` is written from ``all``. A family stands there and nowhere else. The counters behind it stay plain
/// arrays: a family reads them at a scrape and costs a request nothing.
struct MetricFamily: Sendable {
    /// The type of a family, as the text format spells it.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    let name: String
    let kind: Kind
    let help: String
    /// The names of the labels; each sample has their values in this order.
    let labels: [String]
    /// Reads the samples of the family.
    let samples: @Sendable (MetricReading) -> [MetricSample]

    init(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        labels: [String] = [],
        samples: @escaping @Sendable (MetricReading) -> [MetricSample]
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.samples = samples
    }

    /// Every family, in the order of `/metrics`.
    static let all = requests + callers + cache + upstream + pacing + throttle + operations + tls + process
}

/// The figures of one scrape, from which all families take their samples.
struct MetricReading {
    let counts: MetricCounts
    let gauges: Gauges
    let lastReloadSucceeded: Bool
    let build: BuildInformation
    let process: ProcessStatistics
}

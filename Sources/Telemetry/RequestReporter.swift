/// Where the facts of a request go at its end: one set of metrics, one access line.
package struct Telemetry: Sendable {
    package let metrics: Metrics
    /// Nil where no access lines are wanted.
    package let writer: LogWriter?

    package init(metrics: Metrics, writer: LogWriter?) {
        self.metrics = metrics
        self.writer = writer
    }

    package func record(_ record: RequestRecord) {
        metrics.record(record)
        writer?.submit(.record(record))
    }
}

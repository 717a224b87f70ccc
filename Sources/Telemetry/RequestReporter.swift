/// The receiver of request records: counts each one, and writes its access line.
package struct RequestReporter: Sendable {
    package let metrics: Metrics
    /// The writer of access lines; nil where none are written.
    package let writer: LogWriter?

    package init(metrics: Metrics, writer: LogWriter?) {
        self.metrics = metrics
        self.writer = writer
    }

    /// Reports a finished request.
    package func record(_ record: RequestRecord) {
        metrics.record(record)
        writer?.submit(.record(record))
    }
}

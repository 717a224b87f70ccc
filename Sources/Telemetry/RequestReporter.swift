internal import Synchronization

/// The receiver of request records: counts each one, and writes its access line.
package struct RequestReporter: Sendable {
    /// The switch of the access lines, which all copies of the reporter share.
    private final class Switch: Sendable {
        let isOn = Atomic(true)
    }

    package let metrics: Metrics
    private let lines: LogWriter?
    private let access = Switch()

    /// Creates a reporter; without a writer there are no access lines.
    package init(metrics: Metrics, writer: LogWriter?) {
        self.metrics = metrics
        lines = writer
    }

    /// The writer of access lines; nil where none are written.
    package var writer: LogWriter? { access.isOn.load(ordering: .relaxed) ? lines : nil }

    /// Switches the access lines on or off.
    package func writesAccessLines(_ isOn: Bool) { access.isOn.store(isOn, ordering: .relaxed) }

    /// Reports a finished request.
    package func record(_ record: RequestRecord) {
        metrics.record(record)
        writer?.submit(.record(record))
    }
}

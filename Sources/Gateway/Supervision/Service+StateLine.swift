import Logging
import Telemetry

extension Service {
    /// Writes the state of the service to the log, at every `log.level`: somebody has asked for it.
    package func logState() {
        let report = StatusReport(
            facts: facts,
            gauges: reporter.metrics.currentGauges,
            build: reporter.metrics.build
        )
        var metadata = Logger.Metadata(uniqueKeysWithValues: report.fields.map { ($0, "\($1)") })
        for check in checks { metadata["check.\(check.name)"] = check.isPassing ? "passing" : "failing" }
        var logger = logger
        logger.logLevel = .info
        logger.info("state", metadata: metadata)
    }
}

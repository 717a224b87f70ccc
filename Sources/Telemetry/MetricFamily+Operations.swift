internal import CredentialSources

extension MetricFamily {
    /// The families of what an operator keeps working: credentials, clock, configuration and log.
    static let operations = [
        Self(
            "syncgate_credentials_expiry_timestamp_seconds",
            .gauge,
            "When the credentials in use end; absent for those that do not."
        ) { reading in reading.gauges.credentialsExpiry.map { [.number(Double($0))] } ?? [] },
        Self(
            "syncgate_credentials_refreshes_total",
            .counter,
            "Attempts to get credentials.",
            labels: ["source", "result"]
        ) { reading in
            CredentialsSourceName.allCases.flatMap { source in
                zip(["failure", "success"], reading.counts.refreshes[(source.position * 2)...])
                    .filter { $0.1 > 0 }
                    .map { .count($0.1, source.rawValue, $0.0) }
            }
        },
        Self(
            "syncgate_ready",
            .gauge,
            "1 for each check that passes. All but aws decide about readiness.",
            labels: ["check"]
        ) { reading in reading.gauges.checks.map { .level($0.isPassing ? 1 : 0, $0.name) } },
        Self("syncgate_clock_skew_seconds", .gauge, "How far the service's clock is ahead of this one.") {
            [.number($0.gauges.clockSkewSeconds)]
        },
        Self(
            "syncgate_config_reloads_total",
            .counter,
            "Configurations read while running.",
            labels: ["result"]
        ) { [.count($0.counts.reloads[0], "failure"), .count($0.counts.reloads[1], "success")] },
        Self(
            "syncgate_config_last_reload_successful",
            .gauge,
            "1 if the last configuration read is in force."
        ) { [.level($0.lastReloadSucceeded ? 1 : 0)] },
        Self(
            "syncgate_config_pending_restart",
            .gauge,
            "Keys whose new value waits for a restart."
        ) { [.level($0.gauges.pendingRestart)] },
        Self("syncgate_log_lines_dropped_total", .counter, "Lines that the log could not take.") {
            [.level($0.gauges.logLinesDropped)]
        },
    ]

    /// The families of the process, by the names that every Prometheus client uses.
    static let process = [
        Self("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.") {
            [.level($0.process.residentBytes)]
        },
        Self("process_open_fds", .gauge, "Number of open file descriptors.") {
            [.level($0.process.openDescriptors)]
        },
        Self("process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.") {
            [.number($0.process.cpuSeconds)]
        },
        Self(
            "process_start_time_seconds",
            .gauge,
            "Start time of the process since the Unix epoch in seconds."
        ) { [.number($0.process.startTime)] },
    ]
}

extension MetricFamily {
    /// The families of callers with names, which are as many as the list of the configuration has.
    static let callers = [
        Self(
            "syncgate_callers_requests_total",
            .counter,
            "Requests of callers with names, and whether they were served.",
            labels: ["caller", "outcome"]
        ) { reading in
            reading.gauges.callers.flatMap { caller in
                caller.requests.map { .count($0.count, caller.name, $0.outcome) }
            }
        }
    ]
}

extension MetricFamily {
    /// The families of the pacing toward AWS.
    static let pacing = [
        Self(
            "syncgate_upstream_pacing_rate",
            .gauge,
            "Requests in a second that go while AWS asks for less; absent while all go.",
            labels: ["class"]
        ) { reading in
            reading.gauges.pacing.compactMap { pacing in
                pacing.rate.map { .number($0, pacing.operationClass) }
            }
        },
        Self(
            "syncgate_upstream_pacing_waiting",
            .gauge,
            "Requests that wait because AWS asks for less.",
            labels: ["class"]
        ) { $0.gauges.pacing.map { .level($0.waiting, $0.operationClass) } },
        Self(
            "syncgate_upstream_paced_total",
            .counter,
            "Requests that waited because AWS asks for less, and those refused for it.",
            labels: ["class", "outcome"]
        ) { reading in
            reading.gauges.pacing.flatMap { pacing -> [MetricSample] in
                [
                    .level(pacing.delayed, pacing.operationClass, "delayed"),
                    .level(pacing.refused, pacing.operationClass, "refused"),
                ]
            }
        },
    ]
}

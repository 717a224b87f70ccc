extension MetricFamily {
    /// The families of upstream requests.
    static let upstream = [
        Self(
            "syncgate_upstream_requests_total",
            .counter,
            "Calls to the service, each attempt counted.",
            labels: ["operation", "code"]
        ) { reading in
            reading.counts.upstream.enumerated().filter { $0.element > 0 }.map { index, value in
                let (operation, outcome) = index.quotientAndRemainder(dividingBy: UpstreamOutcome.labelCount)
                return .count(value, OperationLabel.name(operation), UpstreamOutcome.name(outcome))
            }
        },
        Self(
            "syncgate_upstream_duration_seconds",
            .histogram,
            "Each call to the service.",
            labels: ["operation"]
        ) { reading in
            (0..<OperationLabel.count).compactMap { operation in
                reading.counts.upstreamDurations.series(operation).map {
                    .histogram($0, OperationLabel.name(operation))
                }
            }
        },
        Self("syncgate_upstream_retries_total", .counter, "Calls repeated, by cause.", labels: ["reason"]) {
            MetricSample.each(RetryReason.self, $0.counts.retries)
        },
        Self(
            "syncgate_upstream_failures_total",
            .counter,
            "Calls that failed or were kept back, by reason.",
            labels: ["reason"]
        ) { MetricSample.each(FailureReason.self, $0.counts.failures) },
        Self("syncgate_circuit_state", .gauge, "1 for the state of the circuit breaker.", labels: ["state"]) {
            reading in
            CircuitState.allCases.map { .level(reading.gauges.circuit == $0 ? 1 : 0, $0.rawValue) }
        },
        Self("syncgate_upstream_connections", .gauge, "Open connections to the service.") {
            [.level($0.gauges.upstreamConnections)]
        },
        Self("syncgate_upstream_connects_total", .counter, "Connections made to the service.") {
            [.level($0.gauges.upstreamConnects)]
        },
        Self("syncgate_upstream_throttled_total", .counter, "Responses that ask for less: 429 or throttling.")
        {
            [.count($0.counts.upstreamThrottled)]
        },
        Self(
            "syncgate_session_tokens_total",
            .counter,
            "Session tokens of the service for writes: at hand, fetched first, refused.",
            labels: ["outcome"]
        ) {
            MetricSample.each(SessionTokenOutcome.self, $0.counts.sessionTokens)
        },
        Self(
            "syncgate_write_outcomes_total",
            .counter,
            "Writes without a whole response, by what an inquiry found.",
            labels: ["outcome"]
        ) {
            MetricSample.each(InquiredWriteOutcome.self, $0.counts.writeOutcomes)
        },
        Self("syncgate_upstream_calls_avoided_total", .counter, "Requests that cost no call of their own.") {
            [.count($0.counts.requestsAvoided)]
        },
        Self("syncgate_upstream_bytes_avoided_total", .counter, "Bytes of those answers.") {
            [.count($0.counts.bytesAvoided)]
        },
    ]

    /// The families of the token buckets.
    static let throttle = [
        Self(
            "syncgate_throttle_decisions_total",
            .counter,
            "What each bucket decided.",
            labels: ["policy", "decision"]
        ) { reading in
            ThrottlePolicy.allCases.flatMap { policy in
                ThrottleOutcome.allCases.map { outcome in
                    let index = policy.position * ThrottleOutcome.count + outcome.position
                    return .count(reading.counts.throttle[index], policy.rawValue, outcome.rawValue)
                }
            }
        },
        Self("syncgate_throttle_keys", .gauge, "Buckets remembered.", labels: ["policy"]) {
            [
                .level($0.gauges.throttleKeysCaller, "caller"),
                .level($0.gauges.throttleKeysIdentity, "identity"),
                .level($0.gauges.throttleKeysUpstream, "upstream"),
            ]
        },
    ]
}

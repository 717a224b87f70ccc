internal import Policy

/// All families of the gateway, in the order of its documentation.
struct MetricsPage {
    let counts: MetricCounts
    let gauges: Gauges
    let lastReloadSucceeded: Bool
    let build: BuildInformation
    let process: ProcessStatistics

    var text: String {
        var text = PrometheusText()
        writeRequests(to: &text)
        writeCache(to: &text)
        writeUpstream(to: &text)
        writeThrottle(to: &text)
        writeOperations(to: &text)
        writeProcess(to: &text)
        return text.text
    }

    private func writeRequests(to text: inout PrometheusText) {
        text.family("syncgate_build_info", .gauge, "The version that runs; always 1.")
        text.sample(1, [("version", build.version), ("revision", build.revision), ("swift", build.swift)])

        text.family("syncgate_requests_total", .counter, "Requests answered.")
        for (index, value) in counts.requests.enumerated() where value > 0 {
            let (rest, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
            let (operation, code) = rest.quotientAndRemainder(dividingBy: CodeLabel.count)
            let labels = [
                ("operation", OperationLabel.name(operation)), ("code", CodeLabel.name(code)),
                ("cache", CacheOutcome.allCases[cache].rawValue),
            ]
            text.sample(value, labels)
        }

        text.family(
            "syncgate_request_duration_seconds",
            .histogram,
            "From the whole request received to the answer handed over."
        )
        for index in 0..<(OperationLabel.count * CacheOutcome.count) {
            let (operation, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
            let labels = [
                ("operation", OperationLabel.name(operation)),
                ("cache", CacheOutcome.allCases[cache].rawValue),
            ]
            text.histogram(counts.durations, series: index, labels)
        }

        text.family("syncgate_requests_in_flight", .gauge, "Requests in work.")
        text.sample(gauges.requestsInFlight)
        text.family("syncgate_connections", .gauge, "Connections of callers.")
        text.sample(gauges.connectionsActive, [("state", "active")])
        text.sample(gauges.connectionsIdle, [("state", "idle")])
        text.family("syncgate_refused_total", .counter, "Refused before it was a request of the API.")
        var refused = counts.refused
        for (refusal, count) in gauges.refused {
            refused[RefusalReason(refusal).position] &+= UInt64(max(0, count))
        }
        text.each(RefusalReason.self, refused, label: "reason")
    }

    private func writeCache(to text: inout PrometheusText) {
        text.family("syncgate_cache_lookups_total", .counter, "What the cache said.")
        for (index, value) in counts.lookups.enumerated() where value > 0 {
            let (operation, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
            let outcome = CacheOutcome.allCases[cache].rawValue
            text.sample(value, [("operation", OperationLabel.name(operation)), ("outcome", outcome)])
        }
        text.family("syncgate_cache_entries", .gauge, "Pages kept.")
        text.sample(gauges.cacheEntries)
        text.family("syncgate_cache_bytes", .gauge, "Memory of the pages kept, overhead included.")
        text.sample(gauges.cacheBytes)
        text.family("syncgate_cache_limit_bytes", .gauge, "The most that the pages may take.")
        text.sample(gauges.cacheLimitBytes)
        text.family("syncgate_cache_evictions_total", .counter, "Pages dropped to make room.")
        text.sample(gauges.cacheEvictions)
        text.family(
            "syncgate_cache_invalidations_total",
            .counter,
            "Pages dropped before their time, by cause."
        )
        for reason in Invalidation.allCases {
            text.sample(gauges.cacheInvalidations[reason] ?? 0, [("reason", reason.rawValue)])
        }
        text.family(
            "syncgate_cache_fenced_fills_total",
            .counter,
            "Fetched pages not kept: overtaken by a write."
        )
        text.sample(gauges.cacheFencedFills)
        text.family(
            "syncgate_cache_revalidations_total",
            .counter,
            "Pages asked for again, and what came of it."
        )
        text.each(RevalidationOutcome.self, counts.revalidations, label: "outcome")
    }

    private func writeUpstream(to text: inout PrometheusText) {
        text.family(
            "syncgate_upstream_requests_total",
            .counter,
            "Calls to the service, each attempt counted."
        )
        for (index, value) in counts.upstream.enumerated() where value > 0 {
            let (operation, outcome) = index.quotientAndRemainder(dividingBy: UpstreamOutcome.labelCount)
            let code = UpstreamOutcome.name(outcome)
            text.sample(value, [("operation", OperationLabel.name(operation)), ("code", code)])
        }
        text.family("syncgate_upstream_duration_seconds", .histogram, "Each call to the service.")
        for operation in 0..<OperationLabel.count {
            let labels = [("operation", OperationLabel.name(operation))]
            text.histogram(counts.upstreamDurations, series: operation, labels)
        }
        text.family("syncgate_upstream_retries_total", .counter, "Calls repeated, by cause.")
        text.each(RetryReason.self, counts.retries, label: "reason")
        text.family("syncgate_upstream_connections", .gauge, "Open connections to the service.")
        text.sample(gauges.upstreamConnections)
        text.family("syncgate_upstream_connects_total", .counter, "Connections made to the service.")
        text.sample(gauges.upstreamConnects)
        text.family(
            "syncgate_upstream_throttled_total",
            .counter,
            "Answers of the service that ask for less."
        )
        text.sample(counts.upstreamThrottled)
        text.family(
            "syncgate_upstream_calls_avoided_total",
            .counter,
            "Requests that cost no call of their own."
        )
        text.sample(counts.callsAvoided)
        text.family("syncgate_upstream_bytes_avoided_total", .counter, "Bytes of those answers.")
        text.sample(counts.bytesAvoided)
    }

    private func writeThrottle(to text: inout PrometheusText) {
        text.family("syncgate_throttle_decisions_total", .counter, "What each bucket decided.")
        for policy in ThrottlePolicy.allCases {
            for outcome in ThrottleOutcome.allCases {
                let value = counts.throttle[policy.position * ThrottleOutcome.count + outcome.position]
                text.sample(value, [("policy", policy.rawValue), ("decision", outcome.rawValue)])
            }
        }
        text.family("syncgate_throttle_keys", .gauge, "Buckets remembered.")
        text.sample(gauges.throttleKeysCaller, [("policy", "caller")])
        text.sample(gauges.throttleKeysIdentity, [("policy", "identity")])
        text.sample(gauges.throttleKeysUpstream, [("policy", "upstream")])
    }

    private func writeOperations(to text: inout PrometheusText) {
        text.family(
            "syncgate_credentials_expiry_timestamp_seconds",
            .gauge,
            "When the credentials in use end; absent for those that do not."
        )
        if let expiry = gauges.credentialsExpiry { text.sample(Double(expiry)) }
        text.family("syncgate_credentials_refreshes_total", .counter, "Attempts to get credentials.")
        for source in CredentialsSourceName.allCases {
            for (index, result) in ["failure", "success"].enumerated() {
                let value = counts.refreshes[source.position * 2 + index]
                if value > 0 { text.sample(value, [("source", source.rawValue), ("result", result)]) }
            }
        }
        text.family(
            "syncgate_clock_skew_seconds",
            .gauge,
            "How far the service's clock is ahead of this one."
        )
        text.sample(gauges.clockSkewSeconds)
        text.family("syncgate_config_reloads_total", .counter, "Configurations read while running.")
        text.sample(counts.reloads[0], [("result", "failure")])
        text.sample(counts.reloads[1], [("result", "success")])
        text.family(
            "syncgate_config_last_reload_successful",
            .gauge,
            "1 if the last configuration read is in force."
        )
        text.sample(lastReloadSucceeded ? 1 : 0)
        text.family("syncgate_log_lines_dropped_total", .counter, "Lines that the log could not take.")
        text.sample(gauges.logLinesDropped)
    }

    private func writeProcess(to text: inout PrometheusText) {
        text.family("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
        text.sample(process.residentBytes)
        text.family("process_open_fds", .gauge, "Number of open file descriptors.")
        text.sample(process.openDescriptors)
        text.family("process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.")
        text.sample(process.cpuSeconds)
        text.family(
            "process_start_time_seconds",
            .gauge,
            "Start time of the process since the Unix epoch in seconds."
        )
        text.sample(process.startTime)
    }
}

extension PrometheusText {
    /// One sample for each case of a label, zeros included: a series that appears only with its first count hides it.
    fileprivate mutating func each<Label: ClosedSet & Equatable>(
        _ type: Label.Type,
        _ values: [UInt64],
        label: String
    ) {
        for value in Label.allCases { sample(values[value.position], [(label, value.rawValue)]) }
    }
}

internal import Policy

extension MetricFamily {
    /// The families of requests and of the connections that bring them.
    static let requests = [
        Self(
            "syncgate_build_info",
            .gauge,
            "The version that runs; always 1.",
            labels: ["version", "revision", "swift"]
        ) { [.level(1, $0.build.version, $0.build.revision, $0.build.swift)] },
        Self(
            "syncgate_requests_total",
            .counter,
            "Requests answered.",
            labels: ["operation", "code", "cache"]
        ) { reading in
            reading.counts.requests.enumerated().filter { $0.element > 0 }.map { index, value in
                let (rest, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
                let (operation, code) = rest.quotientAndRemainder(dividingBy: CodeLabel.count)
                return .count(
                    value,
                    OperationLabel.name(operation),
                    CodeLabel.name(code),
                    CacheOutcome.allCases[cache].rawValue
                )
            }
        },
        Self(
            "syncgate_request_duration_seconds",
            .histogram,
            "From the whole request received to the answer handed over.",
            labels: ["operation", "cache"]
        ) { reading in
            (0..<(OperationLabel.count * CacheOutcome.count)).compactMap { index in
                let (operation, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
                return reading.counts.durations.series(index).map {
                    .histogram($0, OperationLabel.name(operation), CacheOutcome.allCases[cache].rawValue)
                }
            }
        },
        Self("syncgate_requests_in_flight", .gauge, "Requests in work.") {
            [.level($0.gauges.requestsInFlight)]
        },
        Self("syncgate_connections", .gauge, "Connections of callers.", labels: ["state"]) {
            [.level($0.gauges.connectionsActive, "active"), .level($0.gauges.connectionsIdle, "idle")]
        },
        Self(
            "syncgate_refused_total",
            .counter,
            "Refused before it was a request of the API.",
            labels: ["reason"]
        ) { reading in
            var refused = reading.counts.refused
            for (refusal, count) in reading.gauges.refused {
                refused[RefusalReason(refusal).position] &+= UInt64(max(0, count))
            }
            return MetricSample.each(RefusalReason.self, refused)
        },
    ]

    /// The families of the cache.
    static let cache = [
        Self(
            "syncgate_cache_lookups_total",
            .counter,
            "What the cache said.",
            labels: ["operation", "outcome"]
        ) { reading in
            reading.counts.lookups.enumerated().filter { $0.element > 0 }.map { index, value in
                let (operation, cache) = index.quotientAndRemainder(dividingBy: CacheOutcome.count)
                return .count(value, OperationLabel.name(operation), CacheOutcome.allCases[cache].rawValue)
            }
        },
        Self("syncgate_cache_entries", .gauge, "Pages kept.") { [.level($0.gauges.cacheEntries)] },
        Self("syncgate_cache_bytes", .gauge, "Memory of the pages kept, overhead included.") {
            [.level($0.gauges.cacheBytes)]
        },
        Self("syncgate_cache_limit_bytes", .gauge, "The most that the pages may take.") {
            [.level($0.gauges.cacheLimitBytes)]
        },
        Self("syncgate_cache_evictions_total", .counter, "Pages dropped to make room.") {
            [.level($0.gauges.cacheEvictions)]
        },
        Self(
            "syncgate_cache_invalidations_total",
            .counter,
            "Pages dropped before their time, by cause.",
            labels: ["reason"]
        ) { reading in
            Invalidation.allCases.map { .level(reading.gauges.cacheInvalidations[$0] ?? 0, $0.rawValue) }
        },
        Self(
            "syncgate_cache_fenced_fills_total",
            .counter,
            "Fetched pages not kept: overtaken by a write."
        ) { [.level($0.gauges.cacheFencedFills)] },
        Self(
            "syncgate_cache_revalidations_total",
            .counter,
            "Pages asked for again, and what came of it.",
            labels: ["outcome"]
        ) { MetricSample.each(RevalidationOutcome.self, $0.counts.revalidations) },
    ]
}

import CognitoSync
import CredentialSources
import Foundation
import Policy
import Serving
import Testing

@testable import Telemetry

@Suite struct MetricsTests {
    private func page(_ metrics: Metrics) throws -> PrometheusParser {
        try PrometheusParser(metrics.exposition())
    }

    /// The families by their names, each with its labels: scripts and alerts rest on them.
    @Test func everyFamilyHasItsTypeAndLabels() throws {
        let metrics = Metrics {
            var gauges = Gauges()
            gauges.credentialsExpiry = 1
            gauges.certificateExpiries = [.listen: 1]
            gauges.callers = [.init(name: "profile-service", inFlight: 0, requests: [("served", 1)])]
            gauges.checks = [.init("listener", isPassing: true)]
            gauges.pacing = [.init(operationClass: "data", rate: 1, waiting: 0, delayed: 0, refused: 0)]
            return gauges
        }
        metrics.record(RequestRecord.sample(cache: .hit))
        metrics.recordUpstream(.listRecords, .answered(status: 200), nanoseconds: 1)
        metrics.count(.credentialsRefreshed(source: .profile, succeeded: true))
        let page = try page(metrics)
        let expected: [String: (type: String, labels: Set<String>)] = [
            "syncgate_build_info": ("gauge", ["version", "revision", "swift"]),
            "syncgate_requests_total": ("counter", ["operation", "code", "cache"]),
            "syncgate_request_duration_seconds": ("histogram", ["operation", "cache", "le"]),
            "syncgate_requests_in_flight": ("gauge", []),
            "syncgate_connections": ("gauge", ["state"]),
            "syncgate_refused_total": ("counter", ["reason"]),
            "syncgate_cache_lookups_total": ("counter", ["operation", "outcome"]),
            "syncgate_cache_entries": ("gauge", []),
            "syncgate_cache_bytes": ("gauge", []),
            "syncgate_cache_limit_bytes": ("gauge", []),
            "syncgate_cache_evictions_total": ("counter", []),
            "syncgate_cache_invalidations_total": ("counter", ["reason"]),
            "syncgate_cache_fenced_fills_total": ("counter", []),
            "syncgate_cache_revalidations_total": ("counter", ["outcome"]),
            "syncgate_upstream_requests_total": ("counter", ["operation", "code"]),
            "syncgate_upstream_duration_seconds": ("histogram", ["operation", "le"]),
            "syncgate_upstream_retries_total": ("counter", ["reason"]),
            "syncgate_upstream_failures_total": ("counter", ["reason"]),
            "syncgate_circuit_state": ("gauge", ["state"]),
            "syncgate_ready": ("gauge", ["check"]),
            "syncgate_upstream_pacing_rate": ("gauge", ["class"]),
            "syncgate_upstream_pacing_waiting": ("gauge", ["class"]),
            "syncgate_upstream_paced_total": ("counter", ["class", "outcome"]),
            "syncgate_upstream_connections": ("gauge", []),
            "syncgate_upstream_connects_total": ("counter", []),
            "syncgate_upstream_throttled_total": ("counter", []),
            "syncgate_session_tokens_total": ("counter", ["outcome"]),
            "syncgate_write_outcomes_total": ("counter", ["outcome"]),
            "syncgate_upstream_calls_avoided_total": ("counter", []),
            "syncgate_upstream_bytes_avoided_total": ("counter", []),
            "syncgate_throttle_decisions_total": ("counter", ["policy", "decision"]),
            "syncgate_throttle_keys": ("gauge", ["policy"]),
            "syncgate_credentials_expiry_timestamp_seconds": ("gauge", []),
            "syncgate_credentials_refreshes_total": ("counter", ["source", "result"]),
            "syncgate_clock_skew_seconds": ("gauge", []),
            "syncgate_config_reloads_total": ("counter", ["result"]),
            "syncgate_config_last_reload_successful": ("gauge", []),
            "syncgate_config_pending_restart": ("gauge", []),
            "syncgate_callers_requests_total": ("counter", ["caller", "outcome"]),
            "syncgate_tls_certificate_expiry_timestamp_seconds": ("gauge", ["role"]),
            "syncgate_tls_handshakes_total": ("counter", ["outcome"]),
            "syncgate_log_lines_dropped_total": ("counter", []),
            "process_resident_memory_bytes": ("gauge", []),
            "process_open_fds": ("gauge", []),
            "process_cpu_seconds_total": ("counter", []),
            "process_start_time_seconds": ("gauge", []),
        ]
        #expect(Set(page.types.keys) == Set(expected.keys))
        for (name, family) in expected {
            #expect(page.types[name] == family.type)
            let suffix = family.type == "histogram" ? "_bucket" : ""
            let labels = page.samples.keys.filter { $0.name == name + suffix }.map { Set($0.labels.keys) }
            #expect(!labels.isEmpty && labels.allSatisfy { $0 == family.labels }, "\(name)")
        }
    }

    @Test func aHitIsCountedOnceInEachPlace() throws {
        let metrics = Metrics()
        var hit = RequestRecord.sample(cache: .hit, nanoseconds: 100_000)
        hit.bytesOut = 2048
        hit.throttle.caller = .admitted
        metrics.record(hit)
        let page = try page(metrics)
        #expect(
            page["syncgate_requests_total", ["operation": "ListRecords", "code": "200", "cache": "hit"]] == 1
        )
        #expect(page["syncgate_cache_lookups_total", ["operation": "ListRecords", "outcome": "hit"]] == 1)
        #expect(page["syncgate_upstream_calls_avoided_total"] == 1)
        #expect(page["syncgate_upstream_bytes_avoided_total"] == 2048)
        #expect(page["syncgate_throttle_decisions_total", ["policy": "caller", "decision": "admitted"]] == 1)
        #expect(page["syncgate_throttle_decisions_total", ["policy": "caller", "decision": "refused"]] == 0)
        #expect(
            page["syncgate_throttle_decisions_total", ["policy": "identity", "decision": "admitted"]] == 0
        )
        let labels = ["operation": "ListRecords", "cache": "hit"]
        #expect(page["syncgate_request_duration_seconds_count", labels] == 1)
        #expect(page["syncgate_request_duration_seconds_sum", labels] == 0.0001)
        #expect(
            page["syncgate_request_duration_seconds_bucket", labels.merging(["le": "0.00025"]) { $1 }] == 1
        )
    }

    @Test(arguments: [
        (0, "0.00025"), (250_000, "0.00025"), (250_001, "0.0005"), (1_000_000_000, "1"),
        (10_000_000_000, "10"),
        (10_000_000_001, "+Inf"), (Int64.max, "+Inf"),
    ])
    func aDurationFallsIntoTheFirstBucketThatHoldsIt(nanoseconds: Int64, bucket: String) throws {
        let metrics = Metrics()
        metrics.record(RequestRecord.sample(nanoseconds: nanoseconds))
        let page = try page(metrics)
        let full = page.samples.filter {
            $0.key.name == "syncgate_request_duration_seconds_bucket" && $0.value == 1
        }
        let bounds = full.keys.compactMap { $0.labels["le"] }.map {
            $0 == "+Inf" ? .infinity : Double($0) ?? .nan
        }
        #expect(bounds.min() == (bucket == "+Inf" ? .infinity : Double(bucket)))
    }

    @Test(arguments: [-1, 0, 99, 200, 299, 418, 429, 599, 600, 1000, Int.max, Int.min])
    func anUnknownStatusIsOther(status: Int) throws {
        let metrics = Metrics()
        metrics.record(RequestRecord.sample(status: status))
        metrics.recordUpstream(.listRecords, .answered(status: status), nanoseconds: -5)
        let code = [200, 429].contains(status) ? String(status) : "other"
        let page = try page(metrics)
        #expect(
            page["syncgate_requests_total", ["operation": "ListRecords", "code": code, "cache": "none"]] == 1
        )
        #expect(page["syncgate_upstream_requests_total", ["operation": "ListRecords", "code": code]] == 1)
    }

    @Test func everyOperationCodeAndOutcomeHasItsOwnSeries() throws {
        let metrics = Metrics()
        var count = 0
        for operation in OperationName.allCases.map(Optional.some) + [nil] {
            for cache in CacheOutcome.allCases {
                for status in CodeLabel.known + [299] {
                    metrics.record(RequestRecord.sample(operation, status: status, cache: cache))
                    count += 1
                }
            }
        }
        let page = try page(metrics)
        let series = page.samples.filter { $0.key.name == "syncgate_requests_total" }
        #expect(series.count == count)
        #expect(series.values.allSatisfy { $0 == 1 })
    }

    /// The cardinality is fixed: of a request, only closed sets can become labels.
    @Test func seriesDoNotGrowWithTheTextsOfCallers() throws {
        let metrics = Metrics()
        var sizes: Set<Int> = []
        for number in 0..<20 {
            var sent = RequestRecord.sample()
            sent.requestID = "request-\(number)"
            sent.callerAddress = "10.0.0.\(number)"
            sent.errorName = "Error\(number)"
            sent.route = "/\(number)"
            sent.caller = "CN=\(number)"
            metrics.record(sent)
            sizes.insert(try page(metrics).samples.count)
            if number > 2 { continue }
            #expect(!metrics.exposition().contains("request-\(number)"))
        }
        #expect(sizes.count == 1)
    }

    @Test func everyUpstreamOutcomeHasItsName() throws {
        let metrics = Metrics()
        for outcome in UpstreamOutcome.failures {
            metrics.recordUpstream(.updateRecords, outcome, nanoseconds: 1)
        }
        let page = try page(metrics)
        for code in ["unreachable", "timeout", "cut", "malformed", "cancelled"] {
            #expect(
                page["syncgate_upstream_requests_total", ["operation": "UpdateRecords", "code": code]] == 1
            )
        }
    }

    @Test func eventsAreCounted() throws {
        let metrics = Metrics {
            var gauges = Gauges(); gauges.refused = [.tooSlow: 3, .malformed: 1]
            gauges.cacheInvalidations = [.newer: 4]; return gauges
        }
        metrics.count(.refused(.inFlight))
        metrics.count(.refused(RefusalReason(.malformed)))
        metrics.count(.revalidated(.changed))
        metrics.count(.retried(.clockSkew))
        metrics.count(.upstreamThrottled)
        for _ in 0..<2 { metrics.count(.sessionToken(.held)) }
        metrics.count(.writeOutcome(.unknown))
        metrics.count(.credentialsRefreshed(source: .environment, succeeded: false))
        metrics.count(.reloaded(succeeded: true))
        #expect(try page(metrics)["syncgate_config_last_reload_successful"] == 1)
        metrics.count(.reloaded(succeeded: false))
        let page = try page(metrics)
        #expect(page["syncgate_refused_total", ["reason": "in_flight"]] == 1)
        #expect(page["syncgate_refused_total", ["reason": "too_slow"]] == 3)
        #expect(page["syncgate_refused_total", ["reason": "malformed"]] == 2)
        #expect(page["syncgate_cache_invalidations_total", ["reason": "newer"]] == 4)
        #expect(page["syncgate_cache_invalidations_total", ["reason": "purge"]] == 0)
        #expect(page["syncgate_cache_revalidations_total", ["outcome": "changed"]] == 1)
        #expect(page["syncgate_upstream_retries_total", ["reason": "clock_skew"]] == 1)
        #expect(page["syncgate_upstream_throttled_total"] == 1)
        #expect(page["syncgate_session_tokens_total", ["outcome": "held"]] == 2)
        #expect(page["syncgate_session_tokens_total", ["outcome": "refused"]] == 0)
        #expect(page["syncgate_write_outcomes_total", ["outcome": "unknown"]] == 1)
        #expect(
            page["syncgate_credentials_refreshes_total", ["source": "environment", "result": "failure"]] == 1
        )
        #expect(page["syncgate_config_reloads_total", ["result": "success"]] == 1)
        #expect(page["syncgate_config_reloads_total", ["result": "failure"]] == 1)
        #expect(page["syncgate_config_last_reload_successful"] == 0)
    }

    @Test func nothingIsLostAcrossThreads() async {
        let metrics = Metrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<2000 { metrics.record(RequestRecord.sample(cache: .hit)) } }
            }
        }
        #expect(metrics.snapshot().requests.reduce(0, &+) == 16_000)
        #expect(metrics.snapshot().requestsAvoided == 16_000)
    }

    @Test func labelsAndHelpAreEscaped() throws {
        let metrics = Metrics(build: BuildInformation(version: "1\"\\\n2", revision: "", swift: "6"))
        let page = try page(metrics)
        #expect(page["syncgate_build_info", ["version": "1\"\\\n2", "revision": "", "swift": "6"]] == 1)
    }

    @Test func positionsAreThoseOfTheCases() {
        #expect(CacheOutcome.allCases.enumerated().allSatisfy { $1.position == $0 })
        #expect(ThrottlePolicy.allCases.enumerated().allSatisfy { $1.position == $0 })
        #expect(ThrottleOutcome.allCases.enumerated().allSatisfy { $1.position == $0 })
        #expect(
            Refusal.allCases.map { RefusalReason($0).rawValue }.count
                == Set(Refusal.allCases.map(RefusalReason.init)).count
        )
    }

    @Test func theProcessIsMeasured() {
        let process = ProcessStatistics.read()
        #expect(process.residentBytes > 1 << 20)
        #expect(process.openDescriptors > 2)
        #expect(process.cpuSeconds > 0)
        #expect(abs(process.startTime - Date().timeIntervalSince1970) < 86_400)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "no promtool"))
    func promtoolFindsNothing() throws {
        let metrics = Metrics()
        metrics.record(RequestRecord.sample(cache: .hit))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/promtool")
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(metrics.exposition().utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(try output.fileHandleForReading.readToEnd() ?? Data() == Data())
        #expect(process.terminationStatus == 0)
    }

    @Test(arguments: [
        "a 1", "# HELP a b\n# TYPE a gauge\na 1", "# HELP a b\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a b\n# TYPE a gauge\nb 1\n", "# HELP a b\n# TYPE a gauge\na{x=\"1} 1\n",
        "# HELP a b\n# TYPE a counter\na 1\n",
        "# HELP a b\n# TYPE a gauge\na{x=\"\\x\"} 1\n", "# HELP a b\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n",
        "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func theParserItselfRefusesOtherFormats(text: String) {
        #expect(throws: PrometheusParser.Failure.self) { try PrometheusParser(text) }
    }
}

/// The page of the readings in ``ExpositionTests``, byte for byte.
///
/// A change here is a change for scrapers: dashboards and alerts rest on names, labels and zeros.
enum GoldenExposition {
    static let text = """
        # HELP syncgate_build_info The version that runs; always 1.
        # TYPE syncgate_build_info gauge
        syncgate_build_info{version="1.2.3",revision="abc\\"\\\\",swift="6.3"} 1
        # HELP syncgate_requests_total Requests answered.
        # TYPE syncgate_requests_total counter
        syncgate_requests_total{operation="none",code="other",cache="none"} 1
        syncgate_requests_total{operation="ListRecords",code="200",cache="hit"} 1
        syncgate_requests_total{operation="UpdateRecords",code="200",cache="pass"} 1
        # HELP syncgate_request_duration_seconds From the whole request received to the answer handed over.
        # TYPE syncgate_request_duration_seconds histogram
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.00025"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.0005"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.001"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.0025"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.005"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.01"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.025"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.05"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.1"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.25"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="0.5"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="1"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="2.5"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="5"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="10"} 0
        syncgate_request_duration_seconds_bucket{operation="none",cache="none",le="+Inf"} 1
        syncgate_request_duration_seconds_sum{operation="none",cache="none"} 11
        syncgate_request_duration_seconds_count{operation="none",cache="none"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.00025"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.0005"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.001"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.0025"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.005"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.01"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.025"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.05"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.1"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.25"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="0.5"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="1"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="2.5"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="5"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="10"} 1
        syncgate_request_duration_seconds_bucket{operation="ListRecords",cache="hit",le="+Inf"} 1
        syncgate_request_duration_seconds_sum{operation="ListRecords",cache="hit"} 0.00018
        syncgate_request_duration_seconds_count{operation="ListRecords",cache="hit"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.00025"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.0005"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.001"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.0025"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.005"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.01"} 0
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.025"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.05"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.1"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.25"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="0.5"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="1"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="2.5"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="5"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="10"} 1
        syncgate_request_duration_seconds_bucket{operation="UpdateRecords",cache="pass",le="+Inf"} 1
        syncgate_request_duration_seconds_sum{operation="UpdateRecords",cache="pass"} 0.02
        syncgate_request_duration_seconds_count{operation="UpdateRecords",cache="pass"} 1
        # HELP syncgate_requests_in_flight Requests in work.
        # TYPE syncgate_requests_in_flight gauge
        syncgate_requests_in_flight 3
        # HELP syncgate_connections Connections of callers.
        # TYPE syncgate_connections gauge
        syncgate_connections{state="active"} 4
        syncgate_connections{state="idle"} 5
        # HELP syncgate_refused_total Refused before it was a request of the API.
        # TYPE syncgate_refused_total counter
        syncgate_refused_total{reason="malformed"} 7
        syncgate_refused_total{reason="bad_target"} 0
        syncgate_refused_total{reason="target_too_long"} 0
        syncgate_refused_total{reason="head_too_large"} 0
        syncgate_refused_total{reason="body_too_large"} 0
        syncgate_refused_total{reason="unexpected_body"} 0
        syncgate_refused_total{reason="plain_http"} 0
        syncgate_refused_total{reason="method_not_allowed"} 0
        syncgate_refused_total{reason="expectation_failed"} 0
        syncgate_refused_total{reason="unknown_transfer_coding"} 0
        syncgate_refused_total{reason="version_not_supported"} 0
        syncgate_refused_total{reason="too_slow"} 6
        syncgate_refused_total{reason="overloaded"} 0
        syncgate_refused_total{reason="out_of_bytes"} 0
        syncgate_refused_total{reason="draining"} 0
        syncgate_refused_total{reason="bad_proxy_header"} 0
        syncgate_refused_total{reason="no_proxy_header"} 0
        syncgate_refused_total{reason="untrusted_proxy"} 0
        syncgate_refused_total{reason="forwarded_conflict"} 0
        syncgate_refused_total{reason="in_flight"} 1
        # HELP syncgate_callers_requests_total Requests of callers with names, and whether they were served.
        # TYPE syncgate_callers_requests_total counter
        syncgate_callers_requests_total{caller="profile-service",outcome="served"} 18
        syncgate_callers_requests_total{caller="profile-service",outcome="denied"} 2
        # HELP syncgate_cache_lookups_total What the cache said.
        # TYPE syncgate_cache_lookups_total counter
        syncgate_cache_lookups_total{operation="ListRecords",outcome="hit"} 1
        syncgate_cache_lookups_total{operation="UpdateRecords",outcome="pass"} 1
        # HELP syncgate_cache_entries Pages kept.
        # TYPE syncgate_cache_entries gauge
        syncgate_cache_entries 8
        # HELP syncgate_cache_bytes Memory of the pages kept, overhead included.
        # TYPE syncgate_cache_bytes gauge
        syncgate_cache_bytes 9437184
        # HELP syncgate_cache_limit_bytes The most that the pages may take.
        # TYPE syncgate_cache_limit_bytes gauge
        syncgate_cache_limit_bytes 268435456
        # HELP syncgate_cache_evictions_total Pages dropped to make room.
        # TYPE syncgate_cache_evictions_total counter
        syncgate_cache_evictions_total 10
        # HELP syncgate_cache_invalidations_total Pages dropped before their time, by cause.
        # TYPE syncgate_cache_invalidations_total counter
        syncgate_cache_invalidations_total{reason="write"} 0
        syncgate_cache_invalidations_total{reason="stream"} 0
        syncgate_cache_invalidations_total{reason="delete"} 0
        syncgate_cache_invalidations_total{reason="newer"} 12
        syncgate_cache_invalidations_total{reason="contradiction"} 0
        syncgate_cache_invalidations_total{reason="purge"} 0
        # HELP syncgate_cache_fenced_fills_total Fetched pages not kept: overtaken by a write.
        # TYPE syncgate_cache_fenced_fills_total counter
        syncgate_cache_fenced_fills_total 11
        # HELP syncgate_cache_revalidations_total Pages asked for again, and what came of it.
        # TYPE syncgate_cache_revalidations_total counter
        syncgate_cache_revalidations_total{outcome="unchanged"} 0
        syncgate_cache_revalidations_total{outcome="changed"} 1
        syncgate_cache_revalidations_total{outcome="failed"} 0
        # HELP syncgate_upstream_requests_total Calls to the service, each attempt counted.
        # TYPE syncgate_upstream_requests_total counter
        syncgate_upstream_requests_total{operation="UpdateRecords",code="200"} 1
        syncgate_upstream_requests_total{operation="UpdateRecords",code="timeout"} 1
        # HELP syncgate_upstream_duration_seconds Each call to the service.
        # TYPE syncgate_upstream_duration_seconds histogram
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.00025"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.0005"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.001"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.0025"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.005"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.01"} 0
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.025"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.05"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.1"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.25"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="0.5"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="1"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="2.5"} 1
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="5"} 2
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="10"} 2
        syncgate_upstream_duration_seconds_bucket{operation="UpdateRecords",le="+Inf"} 2
        syncgate_upstream_duration_seconds_sum{operation="UpdateRecords"} 5.019
        syncgate_upstream_duration_seconds_count{operation="UpdateRecords"} 2
        # HELP syncgate_upstream_retries_total Calls repeated, by cause.
        # TYPE syncgate_upstream_retries_total counter
        syncgate_upstream_retries_total{reason="connection"} 0
        syncgate_upstream_retries_total{reason="timeout"} 1
        syncgate_upstream_retries_total{reason="server_error"} 0
        syncgate_upstream_retries_total{reason="credentials_expired"} 0
        syncgate_upstream_retries_total{reason="clock_skew"} 0
        syncgate_upstream_retries_total{reason="session_token"} 0
        # HELP syncgate_upstream_failures_total Calls that failed or were kept back, by reason.
        # TYPE syncgate_upstream_failures_total counter
        syncgate_upstream_failures_total{reason="dns"} 0
        syncgate_upstream_failures_total{reason="refused"} 0
        syncgate_upstream_failures_total{reason="tls"} 1
        syncgate_upstream_failures_total{reason="reset"} 0
        syncgate_upstream_failures_total{reason="timeout_connect"} 0
        syncgate_upstream_failures_total{reason="timeout_first_byte"} 0
        syncgate_upstream_failures_total{reason="timeout_total"} 0
        syncgate_upstream_failures_total{reason="denied"} 0
        syncgate_upstream_failures_total{reason="bad_signature"} 0
        syncgate_upstream_failures_total{reason="expired"} 0
        syncgate_upstream_failures_total{reason="throttled"} 0
        syncgate_upstream_failures_total{reason="circuit"} 0
        syncgate_upstream_failures_total{reason="queue"} 1
        syncgate_upstream_failures_total{reason="no_credentials"} 0
        syncgate_upstream_failures_total{reason="malformed"} 0
        # HELP syncgate_circuit_state 1 for the state of the circuit breaker.
        # TYPE syncgate_circuit_state gauge
        syncgate_circuit_state{state="closed"} 0
        syncgate_circuit_state{state="open"} 1
        syncgate_circuit_state{state="probing"} 0
        # HELP syncgate_upstream_connections Open connections to the service.
        # TYPE syncgate_upstream_connections gauge
        syncgate_upstream_connections 13
        # HELP syncgate_upstream_connects_total Connections made to the service.
        # TYPE syncgate_upstream_connects_total counter
        syncgate_upstream_connects_total 14
        # HELP syncgate_upstream_throttled_total Responses that ask for less: 429 or throttling.
        # TYPE syncgate_upstream_throttled_total counter
        syncgate_upstream_throttled_total 1
        # HELP syncgate_session_tokens_total Session tokens of the service for writes: at hand, fetched first, refused.
        # TYPE syncgate_session_tokens_total counter
        syncgate_session_tokens_total{outcome="held"} 0
        syncgate_session_tokens_total{outcome="fetched"} 1
        syncgate_session_tokens_total{outcome="refused"} 0
        # HELP syncgate_write_outcomes_total Writes without a whole response, by what an inquiry found.
        # TYPE syncgate_write_outcomes_total counter
        syncgate_write_outcomes_total{outcome="applied"} 0
        syncgate_write_outcomes_total{outcome="not_applied"} 1
        syncgate_write_outcomes_total{outcome="unknown"} 0
        syncgate_write_outcomes_total{outcome="repeated"} 0
        # HELP syncgate_upstream_calls_avoided_total Requests that cost no call of their own.
        # TYPE syncgate_upstream_calls_avoided_total counter
        syncgate_upstream_calls_avoided_total 1
        # HELP syncgate_upstream_bytes_avoided_total Bytes of those answers.
        # TYPE syncgate_upstream_bytes_avoided_total counter
        syncgate_upstream_bytes_avoided_total 2048
        # HELP syncgate_upstream_pacing_rate Requests in a second that go while AWS asks for less; absent while all go.
        # TYPE syncgate_upstream_pacing_rate gauge
        syncgate_upstream_pacing_rate{class="data"} 2.5
        # HELP syncgate_upstream_pacing_waiting Requests that wait because AWS asks for less.
        # TYPE syncgate_upstream_pacing_waiting gauge
        syncgate_upstream_pacing_waiting{class="data"} 3
        syncgate_upstream_pacing_waiting{class="pool"} 0
        # HELP syncgate_upstream_paced_total Requests that waited because AWS asks for less, and those refused for it.
        # TYPE syncgate_upstream_paced_total counter
        syncgate_upstream_paced_total{class="data",outcome="delayed"} 4
        syncgate_upstream_paced_total{class="data",outcome="refused"} 5
        syncgate_upstream_paced_total{class="pool",outcome="delayed"} 0
        syncgate_upstream_paced_total{class="pool",outcome="refused"} 0
        # HELP syncgate_throttle_decisions_total What each bucket decided.
        # TYPE syncgate_throttle_decisions_total counter
        syncgate_throttle_decisions_total{policy="caller",decision="admitted"} 2
        syncgate_throttle_decisions_total{policy="caller",decision="refused"} 1
        syncgate_throttle_decisions_total{policy="identity",decision="admitted"} 1
        syncgate_throttle_decisions_total{policy="identity",decision="refused"} 0
        syncgate_throttle_decisions_total{policy="upstream",decision="admitted"} 1
        syncgate_throttle_decisions_total{policy="upstream",decision="refused"} 0
        # HELP syncgate_throttle_keys Buckets remembered.
        # TYPE syncgate_throttle_keys gauge
        syncgate_throttle_keys{policy="caller"} 15
        syncgate_throttle_keys{policy="identity"} 16
        syncgate_throttle_keys{policy="upstream"} 1
        # HELP syncgate_credentials_expiry_timestamp_seconds When the credentials in use end; absent for those that do not.
        # TYPE syncgate_credentials_expiry_timestamp_seconds gauge
        syncgate_credentials_expiry_timestamp_seconds 1790000000
        # HELP syncgate_credentials_refreshes_total Attempts to get credentials.
        # TYPE syncgate_credentials_refreshes_total counter
        syncgate_credentials_refreshes_total{source="web_identity",result="failure"} 1
        syncgate_credentials_refreshes_total{source="profile",result="success"} 1
        # HELP syncgate_ready 1 for each check that passes. All but aws decide about readiness.
        # TYPE syncgate_ready gauge
        syncgate_ready{check="listener"} 1
        syncgate_ready{check="aws"} 0
        # HELP syncgate_clock_skew_seconds How far the service's clock is ahead of this one.
        # TYPE syncgate_clock_skew_seconds gauge
        syncgate_clock_skew_seconds -0.25
        # HELP syncgate_config_reloads_total Configurations read while running.
        # TYPE syncgate_config_reloads_total counter
        syncgate_config_reloads_total{result="failure"} 0
        syncgate_config_reloads_total{result="success"} 1
        # HELP syncgate_config_last_reload_successful 1 if the last configuration read is in force.
        # TYPE syncgate_config_last_reload_successful gauge
        syncgate_config_last_reload_successful 1
        # HELP syncgate_config_pending_restart Keys whose new value waits for a restart.
        # TYPE syncgate_config_pending_restart gauge
        syncgate_config_pending_restart 1
        # HELP syncgate_log_lines_dropped_total Lines that the log could not take.
        # TYPE syncgate_log_lines_dropped_total counter
        syncgate_log_lines_dropped_total 17
        # HELP syncgate_tls_certificate_expiry_timestamp_seconds When the certificates in a file end, the first of them; \
        of a revocation list, its next update.
        # TYPE syncgate_tls_certificate_expiry_timestamp_seconds gauge
        syncgate_tls_certificate_expiry_timestamp_seconds{role="listen"} 1700000000
        # HELP syncgate_tls_handshakes_total TLS handshakes of callers and operators that ended, and how.
        # TYPE syncgate_tls_handshakes_total counter
        syncgate_tls_handshakes_total{outcome="ok"} 3
        syncgate_tls_handshakes_total{outcome="plain_http"} 0
        syncgate_tls_handshakes_total{outcome="no_certificate"} 0
        syncgate_tls_handshakes_total{outcome="unknown_ca"} 0
        syncgate_tls_handshakes_total{outcome="expired"} 0
        syncgate_tls_handshakes_total{outcome="revoked"} 0
        syncgate_tls_handshakes_total{outcome="unfit"} 0
        syncgate_tls_handshakes_total{outcome="no_crl"} 0
        syncgate_tls_handshakes_total{outcome="protocol"} 0
        syncgate_tls_handshakes_total{outcome="refused_by_caller"} 0
        syncgate_tls_handshakes_total{outcome="cut"} 0
        syncgate_tls_handshakes_total{outcome="timeout"} 0
        # HELP process_resident_memory_bytes Resident memory size in bytes.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes 18874368
        # HELP process_open_fds Number of open file descriptors.
        # TYPE process_open_fds gauge
        process_open_fds 19
        # HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
        # TYPE process_cpu_seconds_total counter
        process_cpu_seconds_total 20.5
        # HELP process_start_time_seconds Start time of the process since the Unix epoch in seconds.
        # TYPE process_start_time_seconds gauge
        process_start_time_seconds 1789999999.25

        """
}

-- The headers of an SDK client, and the figures of the run as one line of JSON, with latencies in microseconds.
wrk.headers["Accept-Encoding"] = "identity"
wrk.headers["User-Agent"] = "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux"
wrk.headers["X-Request-Id"] = "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d"

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format('{"requests":%d,"seconds":%.6f,"p50":%d,"p99":%d,"errors":%d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end

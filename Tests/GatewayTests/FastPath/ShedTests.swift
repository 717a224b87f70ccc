import CognitoSync
import Messages
import Policy
import Serving
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// Requests while nothing more can be forwarded.
@Suite(.timeLimit(.minutes(5))) struct ShedTests {
    /// Runs `body` with a gateway that can forward one request at a time, and one connection to it.
    ///
    /// The first upstream request gets its response at once. Later ones wait for the signal.
    private static func run(
        reporter: RequestReporter? = nil,
        _ body: (PipelineHarness, Signal, @escaping (String) async throws -> RawResponse) async throws -> Void
    ) async throws {
        let gate = Signal()
        let harness = PipelineHarness(configured: {
            $0.upstream.connections = 1
            $0.upstream.queue = 0
        }) { received in
            if received.number > 0 { await gate.reached() }
            return .page(1)
        }
        try await PipelineHarness.serve(harness.pipeline(reportingTo: reporter), drain: .seconds(30)) {
            server in
            defer { gate.fire() }
            let connection = Mutex(try RawConnection(port: server.boundPort))
            try await body(harness, gate) { text in
                try await offPool {
                    try connection.withLock { connection in
                        try #require(try connection.roundTrip(text, within: .seconds(120)).first)
                    }
                }
            }
        }
    }

    /// The records of a dataset that is not cached.
    private static let unknown = PipelineHarness.dataset + "-2/records"

    private static func get(_ path: String, _ fields: String = "X-Request-Id: id-1\r\n") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
    }

    /// Starts a forward, which takes the only in-flight slot.
    private static func fill(_ harness: PipelineHarness) -> Task<Response, Never> {
        let pending = harness.pipeline.respond(
            to: .get(PipelineHarness.dataset),
            from: Caller(address: "10.0.0.9")
        )
        return Task { await harness.response(of: pending) }
    }

    /// Consumes the requests that may still be decoded, so that the next one is shed.
    private static func exhaustProbes(_ harness: PipelineHarness) async throws {
        try await eventually("undecoded requests are rejected") {
            harness.admission.concurrency.rejectsUndecoded(now: harness.clock.now)
        }
    }

    @Test func aShedRequestGetsTheSameResponse() async throws {
        try await Self.run { harness, gate, ask in
            let first = try await ask(Self.get(PipelineHarness.records))
            #expect(first.status == 200)
            let forward = Self.fill(harness)
            let regular = try await ask(Self.get(Self.unknown))
            #expect(!harness.admission.concurrency.rejectsUndecoded(now: harness.clock.now))
            try await Self.exhaustProbes(harness)
            let shed = try await ask(Self.get(Self.unknown))
            #expect(regular.status == 503 && shed.status == 503)
            #expect(shed["retry-after"] == "1" && shed["x-amz-retry-after"] == "1000")
            #expect(shed["x-amzn-errortype"] == "ServiceUnavailableException")
            #expect(shed["x-request-id"] == "id-1")
            // Only the regular path looks the page up.
            let fields = { (response: RawResponse) in
                response.head.split(separator: "\r\n").filter {
                    !$0.hasPrefix("date: ") && !$0.lowercased().hasPrefix("cache-status: ")
                }
            }
            #expect(fields(regular) == fields(shed))
            #expect(regular.body == shed.body)
            #expect(harness.metrics.exposition().contains("syncgate_refused_total{reason=\"in_flight\"} 2"))
            gate.fire()
            _ = await forward.value
            let after = try await ask(Self.get(Self.unknown))
            #expect(after.status == 200)
        }
    }

    @Test func cachedPagesAreStillServed() async throws {
        try await Self.run { harness, gate, ask in
            for _ in 0..<2 { _ = try await ask(Self.get(PipelineHarness.records)) }
            let forward = Self.fill(harness)
            try await Self.exhaustProbes(harness)
            let fastPath = try await ask(Self.get(PipelineHarness.records))
            #expect(fastPath.status == 200)
            // The regular path too looks a page up before it refuses.
            let regular = try await ask(Self.get(PipelineHarness.records, "X-Unknown: 1\r\n"))
            #expect(regular.status == 200)
            gate.fire()
            _ = await forward.value
        }
    }

    @Test func aFloodOfRejectionsLosesNothing() async throws {
        let gate = Signal()
        let harness = PipelineHarness(configured: {
            $0.upstream.connections = 1
            $0.upstream.queue = 0
            $0.throttle.caller = .init(key: .address, rate: 10_000, burst: 10_000)
        }) { _ in
            await gate.reached()
            return .page(1)
        }
        try await PipelineHarness.serve(harness.pipeline(reportingTo: nil), drain: .seconds(30)) { server in
            defer { gate.fire() }
            let forward = Self.fill(harness)
            await harness.upstream.arrived.reached()
            let statuses = try await offPool {
                let connections = try (0..<40).map { _ in try RawConnection(port: server.boundPort) }
                for connection in connections {
                    try connection.send(String(repeating: Self.get(Self.unknown), count: 10))
                }
                return connections.flatMap { connection in
                    RawResponse.parse(connection.read(responses: 10, within: .seconds(120)).bytes).map(
                        \.status
                    )
                }
            }
            #expect(statuses == Array(repeating: 503, count: 400))
            gate.fire()
            _ = await forward.value
        }
    }

    @Test func aShedRequestHasAnAccessLine() async throws {
        let lines = Mutex("")
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        }
        try await Self.run(reporter: RequestReporter(metrics: Metrics(), writer: writer)) {
            harness,
            gate,
            ask in
            _ = try await ask(Self.get(PipelineHarness.records))
            let forward = Self.fill(harness)
            try await Self.exhaustProbes(harness)
            _ = try await ask(Self.get(Self.unknown, "X-Request-Id: shed\r\n"))
            gate.fire()
            _ = await forward.value
        }
        writer.stop(timeout: .seconds(30))
        let line = try #require(lines.withLock { $0 }.split(separator: "\n").first { $0.contains("shed") })
        #expect(line.contains(#""http.response.status_code":503"#))
        #expect(line.contains(#""error.type":"ServiceUnavailableException""#))
    }

    @Test func lateEventLoopsLowerTheLimit() async throws {
        let harness = PipelineHarness(configured: {
            $0.upstream.connections = 64
            $0.upstream.queue = 32
        })
        let concurrency = harness.admission.concurrency
        /// Takes all slots that are left, releases them, and returns their number.
        func limit() -> Int {
            var slots: [InFlightSlot] = []
            while let slot = try? concurrency.acquire(for: .forward) { slots.append(slot) }
            return slots.count
        }
        #expect(limit() == 96)
        for time in 0..<500 {
            // This asks for more than 96 slots, so that a request is refused.
            #expect(limit() < 97)
            concurrency.recordLag(100_000_000, now: Instant(nanoseconds: Int64(time) * 1_000_000))
        }
        #expect(limit() == LoopLag.least)
    }
}

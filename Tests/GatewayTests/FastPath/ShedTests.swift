import CognitoSync
import Messages
import Policy
import Serving
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// What becomes of requests while nothing more can be forwarded.
struct ShedTests {
    /// A gateway of which the only forward is held up, asked on one connection.
    private static func run(
        telemetry: Telemetry? = nil,
        _ body: (PipelineHarness, Signal, @escaping (String) async throws -> RawResponse) async throws -> Void
    ) async throws {
        let gate = Signal()
        let rig = PipelineHarness(configured: {
            $0.upstream.connections = 1
            $0.upstream.queue = 0
        }) { context in
            if context.number > 0 { await gate.reached() }
            return .page(1)
        }
        try await PipelineHarness.serve(rig.pipeline(telling: telemetry), drain: .seconds(30)) { server in
            defer { gate.fire() }
            let connection = Mutex(try RawConnection(port: server.boundPort))
            try await body(rig, gate) { text in
                try await offPool {
                    try connection.withLock { connection in
                        try #require(try connection.exchange(text, within: .seconds(120)).first)
                    }
                }
            }
        }
    }

    /// Nothing is held of it.
    private static let unknown = PipelineHarness.dataset + "-2/records"

    private static func get(_ path: String, _ fields: String = "X-Request-Id: id-1\r\n") -> String {
        "GET \(path) HTTP/1.1\r\nHost: gateway\r\n\(fields)\r\n"
    }

    /// Starts the forward that takes the only place.
    private static func fill(_ rig: PipelineHarness) -> Task<Response, Never> {
        let answer = rig.pipeline.respond(
            to: .get(PipelineHarness.dataset),
            from: Caller(address: "10.0.0.9")
        )
        return Task { await rig.answer(answer) }
    }

    @Test func aRequestThatIsRefusedUnseenGetsTheSameAnswer() async throws {
        try await Self.run { rig, gate, ask in
            let first = try await ask(Self.get(PipelineHarness.records))
            #expect(first.status == 200)
            let held = Self.fill(rig)
            let seen = try await ask(Self.get(Self.unknown))
            #expect(!rig.admission.refusesUnseen(now: rig.clock.now))
            while !rig.admission.refusesUnseen(now: rig.clock.now) {}
            let unseen = try await ask(Self.get(Self.unknown))
            #expect(seen.status == 503 && unseen.status == 503)
            #expect(unseen["retry-after"] == "1" && unseen["x-amz-retry-after"] == "1000")
            #expect(unseen["x-amzn-errortype"] == "ServiceUnavailableException")
            #expect(unseen["x-request-id"] == "id-1")
            // Only the long way has asked a cache.
            let fields = { (answer: RawResponse) in
                answer.head.split(separator: "\r\n").filter {
                    !$0.hasPrefix("date: ") && !$0.lowercased().hasPrefix("cache-status: ")
                }
            }
            #expect(fields(seen) == fields(unseen))
            #expect(seen.body == unseen.body)
            #expect(rig.metrics.exposition().contains("syncgate_refused_total{reason=\"in_flight\"} 2"))
            gate.fire()
            _ = await held.value
            let after = try await ask(Self.get(Self.unknown))
            #expect(after.status == 200)
        }
    }

    @Test func whatTheTableHasIsAnsweredAllTheSame() async throws {
        try await Self.run { rig, gate, ask in
            for _ in 0..<2 { _ = try await ask(Self.get(PipelineHarness.records)) }
            let held = Self.fill(rig)
            while !rig.admission.refusesUnseen(now: rig.clock.now) {}
            let fastPath = try await ask(Self.get(PipelineHarness.records))
            #expect(fastPath.status == 200)
            // On the long way too: it looks before it refuses.
            let long = try await ask(Self.get(PipelineHarness.records, "X-Long: 1\r\n"))
            #expect(long.status == 200)
            gate.fire()
            _ = await held.value
        }
    }

    @Test func aLineIsWrittenForIt() async throws {
        let lines = Mutex("")
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        }
        try await Self.run(telemetry: Telemetry(metrics: Metrics(), writer: writer)) { rig, gate, ask in
            _ = try await ask(Self.get(PipelineHarness.records))
            let held = Self.fill(rig)
            while !rig.admission.refusesUnseen(now: rig.clock.now) {}
            _ = try await ask(Self.get(Self.unknown, "X-Request-Id: unseen\r\n"))
            gate.fire()
            _ = await held.value
        }
        writer.stop(timeout: .seconds(30))
        let line = try #require(lines.withLock { $0 }.split(separator: "\n").first { $0.contains("unseen") })
        #expect(line.contains(#""http.response.status_code":503"#))
        #expect(line.contains(#""error.type":"ServiceUnavailableException""#))
    }

    @Test func loopsThatAreLateLetLessIn() async throws {
        let rig = PipelineHarness(configured: {
            $0.upstream.connections = 64
            $0.upstream.queue = 32
        })
        func entered() -> Int {
            var concurrency: [Admission.InFlightSlot] = []
            while let slot = try? rig.admission.acquire(for: .forward) { concurrency.append(slot) }
            return concurrency.count
        }
        #expect(entered() == 96)
        for time in 0..<500 {
            // Beyond the 96, so that there is something to refuse.
            #expect(entered() < 97)
            rig.admission.recordLag(100_000_000, now: Instant(nanoseconds: Int64(time) * 1_000_000))
        }
        #expect(entered() == LoopLag.least)
    }
}

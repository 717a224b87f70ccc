import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Synchronization
import Telemetry
import TestSupport
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// A gateway with a scripted upstream on one event loop, and connections to it.
private struct ParkedRequestHarness: Sendable {
    let harness: PipelineHarness
    let parked: Signal
    let server: HTTPServer

    static func run(
        _ harness: PipelineHarness,
        reporter: RequestReporter? = nil,
        _ body: (ParkedRequestHarness) async throws -> Void
    ) async throws {
        let responder = CountingResponder(pipeline: harness.pipeline(reportingTo: reporter))
        try await PipelineHarness.serve(responder, drain: .seconds(30)) { server in
            try await body(ParkedRequestHarness(harness: harness, parked: responder.parked, server: server))
        }
    }

    /// Sends requests on a new connection.
    func send(_ text: String) async throws -> SentRequests {
        let port = server.boundPort
        return try await offPool { try SentRequests(text, port: port) }
    }

    /// Waits until `count` in-flight slots are in use, that of the shared fetch included.
    func inFlight(_ count: Int) async throws {
        try await eventually("\(count) requests in flight") { harness.admission.inFlight == count }
    }

    /// Waits until the server has begun to drain.
    func refusesConnections() async throws {
        try await eventually("the server refuses connections") {
            (try? RawConnection(port: server.boundPort)) == nil
        }
    }

    func lookups(_ outcome: CacheOutcome) -> Int {
        let line = harness.metrics.exposition().split(separator: "\n").first {
            $0.hasPrefix("syncgate_cache_lookups_total") && $0.contains("outcome=\"\(outcome.rawValue)\"")
        }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
    }
}

/// Returns a GET; `regular` adds a field that the recogniser does not know, which leads to the regular path.
private func get(regular: Bool = false, _ fields: String = "X-Request-Id: id-1\r\n") -> String {
    "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: localhost\r\n\(fields)\(regular ? "X-Unknown: 1\r\n" : "")\r\n"
}

/// A connection on which requests have been sent.
final class SentRequests: Sendable {
    private let connection: Mutex<RawConnection>

    init(_ text: String, port: Int) throws {
        let connection = try RawConnection(port: port)
        try connection.send(text)
        self.connection = Mutex(connection)
    }

    func responses(_ count: Int = 1) async throws -> [RawResponse] {
        try await offPool {
            RawResponse.parse(
                self.connection.withLock { $0.read(responses: count, within: .seconds(120)).bytes }
            )
        }
    }

    func response() async throws -> RawResponse { try #require(try await responses().first) }

    func finishSending() { connection.withLock { $0.finishSending() } }

    func reset() { connection.withLock { $0.reset() } }
}

/// Reads that wait on their connection, compared with those that wait in a task: callers see no difference.
@Suite(.timeLimit(.minutes(5))) struct CollapsedReadTests {
    private static func gated(_ script: @escaping ScriptedSender.Script) -> (PipelineHarness, Signal) {
        let gate = Signal()
        return (
            PipelineHarness { received throws(UpstreamError) in
                await gate.reached()
                return try await script(received)
            },
            gate
        )
    }

    @Test func aReadThatWaitsOnItsConnectionGetsTheSameBytesAndLine() async throws {
        let lines = Mutex<[String]>([])
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock {
                $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(
            harness,
            reporter: RequestReporter(metrics: harness.metrics, writer: writer)
        ) {
            parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            let fields =
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Request-Id: a\r\n"
            let fastPath = try await parking.send(get(fields))
            await parking.parked.reached()
            let regularPath = try await parking.send(get(regular: true, fields))
            try await parking.inFlight(3)
            gate.fire()
            let (led, one, other) = (
                try await first.response(), try await fastPath.response(), try await regularPath.response()
            )
            #expect(led["cache-status"] == "syncgate; fwd=uri-miss; stored")
            #expect(one.lines == other.lines)
            #expect(one.body == other.body)
            #expect(one["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(one.text == led.text)
            #expect(parking.lookups(.joined) == 2 && parking.lookups(.lead) == 1)
            try await harness.waitUntilIdle()
            #expect(harness.upstream.count == 1 && parking.parked.count == 1)
        }
        writer.stop(timeout: .seconds(30))
        let traced = lines.withLock { $0.filter { $0.contains("0af7651916cd43dd8448eb211c80319c") } }
        #expect(traced.count == 2)
        #expect(traced.first == traced.last)
    }

    @Test func aThousandReadsWaitForOneFetch() async throws {
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            // Twenty connections with fifty requests each, which are served in order.
            var connections: [SentRequests] = []
            for _ in 0..<20 {
                connections.append(try await parking.send(String(repeating: get(), count: 50)))
            }
            await parking.parked.reached(20)
            gate.fire()
            #expect(try await first.response().status == 200)
            for connection in connections {
                let all = try await connection.responses(50)
                #expect(all.count == 50 && all.allSatisfy { $0.status == 200 })
                #expect(all.first?["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
                #expect(all.last?["cache-status"]?.hasPrefix("syncgate; hit") == true)
            }
            try await harness.waitUntilIdle()
            #expect(harness.upstream.count == 1)
        }
    }

    @Test func anErrorReachesAllWaitersAndIsChargedOnce() async throws {
        let gate = Signal()
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 3)
        }
        ) {
            received throws(UpstreamError) in
            await gate.reached()
            throw UpstreamError(.tooLarge, phase: .partlyReceived, detail: "large")
        }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            let fastPath = try await parking.send(get())
            await parking.parked.reached()
            gate.fire()
            let (led, waited) = (try await first.response(), try await fastPath.response())
            #expect(led.status == 502 && waited.status == 502)
            #expect(waited["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(harness.upstream.count == 1)
            try await harness.waitUntilIdle()
            // Two of three tokens are consumed.
            #expect(try await parking.send(get()).response().status == 502)
            #expect(try await parking.send(get()).response().status == 429)
        }
    }

    @Test func aCallerThatHangsUpReleasesItsSlotAndIsCounted() async throws {
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            let (leaves, breaks) = (try await parking.send(get()), try await parking.send(get()))
            await parking.parked.reached(2)
            try await parking.inFlight(3)
            leaves.reset()
            try await parking.inFlight(2)
            breaks.reset()
            try await parking.inFlight(1)
            let sample = #"syncgate_requests_total{operation="ListRecords",code="499",cache="joined"} 2"#
            #expect(harness.metrics.exposition().contains(sample))
            gate.fire()
            #expect(try await first.response().status == 200)
            #expect(harness.upstream.count == 1)
        }
    }

    @Test func aCallerThatHasFinishedSendingGetsItsResponse() async throws {
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            let waiting = try await parking.send(get())
            await parking.parked.reached(1)
            first.finishSending()
            waiting.finishSending()
            try await Task.sleep(for: .milliseconds(50))
            gate.fire()
            #expect(try await first.response().status == 200)
            #expect(try await waiting.response().status == 200)
            #expect(harness.upstream.count == 1)
            #expect(!harness.metrics.exposition().contains(#"code="499""#))
        }
    }

    @Test func noReadJoinsAFetchThatLeftBeforeAWrite() async throws {
        let gate = Signal()
        let harness = PipelineHarness { received in
            if received.method == .post { return .updated(2) }
            if received.number == 0 { await gate.reached() }
            return .page(received.number == 0 ? 1 : 2)
        }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            #expect(await harness.update().status == 200)
            let after = try await parking.send(get()).response()
            #expect(after.text.contains(#""DatasetSyncCount":2"#))
            #expect(parking.parked.count == 0)
            gate.fire()
            #expect(try await first.response().status == 200)
        }
    }

    @Test func anotherRuntimeChecksThePermissionAgain() async throws {
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            harness.reload { $0.allow.identityPools = .only([]) }
            #expect(try await parking.send(get()).response().status == 403)
            #expect(parking.parked.count == 0)
            gate.fire()
            #expect(try await first.response().status == 200)
        }
    }

    @Test func aDrainWaitsForCollapsedReadsAndClosesTheirConnections() async throws {
        let (harness, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(harness) { parking in
            let first = try await parking.send(get())
            await harness.upstream.arrived.reached()
            let fastPath = try await parking.send(get())
            await parking.parked.reached()
            async let drained: Void = parking.server.drain(timeout: .seconds(60))
            try await parking.refusesConnections()
            gate.fire()
            let waited = try await fastPath.response()
            #expect(waited.status == 200)
            #expect(waited["connection"] == "close")
            #expect(waited["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(try await first.response().status == 200)
            _ = await drained
        }
    }
}

import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Synchronization
import TestSupport
import Testing
import Upstream

@testable import Gateway

/// A gateway on one event loop with a scripted origin, and as many connections to it as are asked for.
private struct ParkedRequestHarness: Sendable {
    let rig: PipelineHarness
    let parked: Signal
    let server: HTTPServer

    static func run(
        _ rig: PipelineHarness,
        telemetry: Telemetry? = nil,
        _ body: (ParkedRequestHarness) async throws -> Void
    ) async throws {
        let watched = CountingResponder(pipeline: rig.pipeline(telling: telemetry))
        try await PipelineHarness.serve(watched, drain: .seconds(30)) { server in
            try await body(ParkedRequestHarness(rig: rig, parked: watched.parked, server: server))
        }
    }

    /// Sends requests on a connection of their own.
    func ask(_ text: String) async throws -> Asked {
        let port = server.boundPort
        return try await offPool { try Asked(text, port: port) }
    }

    /// Returns when so many requests have a place among those in flight, the shared call's included.
    func inFlight(_ count: Int) async {
        while rig.admission.inFlight != count { await Task.yield() }
    }

    /// Returns when the server has begun to drain.
    func refusesConnections() async {
        while (try? RawConnection(port: server.boundPort)) != nil { await Task.yield() }
    }

    func lookups(_ outcome: CacheOutcome) -> Int {
        let line = rig.metrics.exposition().split(separator: "\n").first {
            $0.hasPrefix("syncgate_cache_lookups_total") && $0.contains("outcome=\"\(outcome.rawValue)\"")
        }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
    }
}

/// `X-Long` is nothing that the recogniser knows, so with it a request goes the long way.
private func get(long: Bool = false, _ fields: String = "X-Request-Id: id-1\r\n") -> String {
    "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: gateway\r\n\(fields)\(long ? "X-Long: 1\r\n" : "")\r\n"
}

/// A connection on which requests have been sent.
private final class Asked: Sendable {
    private let connection: Mutex<RawConnection>

    init(_ text: String, port: Int) throws {
        let connection = try RawConnection(port: port)
        try connection.send(text)
        self.connection = Mutex(connection)
    }

    func answers(_ count: Int = 1) async throws -> [RawResponse] {
        try await offPool {
            RawResponse.parse(
                self.connection.withLock { $0.read(answers: count, within: .seconds(120)).bytes }
            )
        }
    }

    func answer() async throws -> RawResponse { try #require(try await answers().first) }

    func finishSending() { connection.withLock { $0.finishSending() } }

    func reset() { connection.withLock { $0.reset() } }
}

/// Reads that wait on their connection, against those that wait in a task: both are the same to whoever asks.
struct CollapsedReadTests {
    private static func gated(_ answer: @escaping ScriptedSender.Script) -> (PipelineHarness, Signal) {
        let gate = Signal()
        return (
            PipelineHarness { context throws(UpstreamError) in
                await gate.reached()
                return try await answer(context)
            },
            gate
        )
    }

    @Test func whoWaitsOnTheConnectionGetsTheSameBytesAndTheSameLine() async throws {
        let lines = Mutex<[String]>([])
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock {
                $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let (rig, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(rig, telemetry: Telemetry(metrics: rig.metrics, writer: writer)) {
            parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            let fields =
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Request-Id: a\r\n"
            let fastPath = try await parking.ask(get(fields))
            await parking.parked.reached()
            let long = try await parking.ask(get(long: true, fields))
            await parking.inFlight(3)
            gate.fire()
            let (led, one, other) = (
                try await first.answer(), try await fastPath.answer(), try await long.answer()
            )
            #expect(led["cache-status"] == "syncgate; fwd=uri-miss; stored")
            #expect(one.lines == other.lines)
            #expect(one.body == other.body)
            #expect(one["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(one.text == led.text)
            #expect(parking.lookups(.joined) == 2 && parking.lookups(.lead) == 1)
            await rig.settled()
            #expect(rig.origin.count == 1 && parking.parked.count == 1)
        }
        writer.stop(timeout: .seconds(30))
        let ours = lines.withLock { $0.filter { $0.contains("0af7651916cd43dd8448eb211c80319c") } }
        #expect(ours.count == 2)
        #expect(ours.first == ours.last)
    }

    @Test func aThousandWaitForOneCall() async throws {
        let (rig, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            // Twenty connections with fifty requests each: those behind the first are answered in their turn.
            var connections: [Asked] = []
            for _ in 0..<20 {
                connections.append(try await parking.ask(String(repeating: get(), count: 50)))
            }
            await parking.parked.reached(20)
            gate.fire()
            #expect(try await first.answer().status == 200)
            for connection in connections {
                let all = try await connection.answers(50)
                #expect(all.count == 50 && all.allSatisfy { $0.status == 200 })
                #expect(all.first?["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
                #expect(all.last?["cache-status"]?.hasPrefix("syncgate; hit") == true)
            }
            await rig.settled()
            #expect(rig.origin.count == 1)
        }
    }

    @Test func anErrorReachesAllWhoWaitAndIsPaidForOnce() async throws {
        let gate = Signal()
        let rig = PipelineHarness(configured: { $0.throttle.caller = .init(key: .address, rate: 1, burst: 3) }
        ) {
            context throws(UpstreamError) in
            await gate.reached()
            throw UpstreamError(.tooLarge, phase: .partlyReceived, detail: "large")
        }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            let fastPath = try await parking.ask(get())
            await parking.parked.reached()
            gate.fire()
            let (led, waited) = (try await first.answer(), try await fastPath.answer())
            #expect(led.status == 502 && waited.status == 502)
            #expect(waited["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(rig.origin.count == 1)
            await rig.settled()
            // Two of three tokens are gone.
            #expect(try await parking.ask(get()).answer().status == 502)
            #expect(try await parking.ask(get()).answer().status == 429)
        }
    }

    @Test func whoHangsUpLeavesItsPlaceAndIsCounted() async throws {
        let (rig, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            let (leaves, breaks) = (try await parking.ask(get()), try await parking.ask(get()))
            await parking.parked.reached(2)
            await parking.inFlight(3)
            leaves.finishSending()
            await parking.inFlight(2)
            breaks.reset()
            await parking.inFlight(1)
            let sample = #"syncgate_requests_total{operation="ListRecords",code="499",cache="joined"} 2"#
            #expect(rig.metrics.exposition().contains(sample))
            gate.fire()
            #expect(try await first.answer().status == 200)
            #expect(rig.origin.count == 1)
        }
    }

    @Test func nobodyJoinsACallThatLeftBeforeAWrite() async throws {
        let gate = Signal()
        let rig = PipelineHarness { context in
            if context.method == .post { return .updated(2) }
            if context.number == 0 { await gate.reached() }
            return .page(context.number == 0 ? 1 : 2)
        }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            #expect(await rig.update().status == 200)
            let after = try await parking.ask(get()).answer()
            #expect(after.text.contains(#""DatasetSyncCount":2"#))
            #expect(parking.parked.count == 0)
            gate.fire()
            #expect(try await first.answer().status == 200)
        }
    }

    @Test func otherSettingsPermitAnew() async throws {
        let (rig, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            let runtime = rig.currentRuntime.value
            var configuration = runtime.configuration
            configuration.allow.identityPools = .only([])
            rig.currentRuntime.replace(
                by: Runtime(configuration, forwarder: runtime.forwarder, sealer: .random())
            )
            #expect(try await parking.ask(get()).answer().status == 403)
            #expect(parking.parked.count == 0)
            gate.fire()
            #expect(try await first.answer().status == 200)
        }
    }

    @Test func aServerThatDrainsWaitsForThemAndSaysThatItIsTheirLast() async throws {
        let (rig, gate) = Self.gated { _ in .page(1) }
        try await ParkedRequestHarness.run(rig) { parking in
            let first = try await parking.ask(get())
            await rig.origin.arrived.reached()
            let fastPath = try await parking.ask(get())
            await parking.parked.reached()
            async let drained: Void = parking.server.drain(timeout: .seconds(60))
            await parking.refusesConnections()
            gate.fire()
            let waited = try await fastPath.answer()
            #expect(waited.status == 200)
            #expect(waited["connection"] == "close")
            #expect(waited["cache-status"] == "syncgate; fwd=uri-miss; collapsed")
            #expect(try await first.answer().status == 200)
            _ = await drained
        }
    }
}

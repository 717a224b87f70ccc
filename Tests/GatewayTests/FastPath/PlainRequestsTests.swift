import CognitoSync
import Messages
import Policy
import Synchronization
import Telemetry
import TestSupport
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// Plain GETs that are no hits, on two gateways that differ in nothing but the path: callers, upstream, access log and
/// metrics see no difference.
@Suite(.timeLimit(.minutes(5))) struct PlainRequestsTests {
    /// Returns what a forward gets on each of the two paths of one gateway.
    private func bothPaths(
        of gateway: FastPathHarness,
        _ path: String
    ) async throws -> (plain: RawResponse, regular: RawResponse) {
        let before = gateway.responder.plain.value
        let plain = try await gateway.get(path)
        #expect(gateway.responder.plain.value == before + 1)
        let regular = try await gateway.get(path, regular: true)
        #expect(gateway.responder.plain.value == before + 1)
        return (plain, regular)
    }

    private static let forwarded = PipelineHarness.records + "?syncSessionToken=t"

    @Test(arguments: 1...9 as ClosedRange<UInt64>)
    func aSequenceOfRequestsGetsTheSameOnBothPaths(seed: UInt64) async throws {
        let plain = try await PathTrace.record(seed: seed, takesPlain: true)
        let regular = try await PathTrace.record(seed: seed, takesPlain: false)
        #expect(plain.taken > 20 && regular.taken == 0)
        #expect(plain.responses.count == regular.responses.count)
        for (index, pair) in zip(plain.responses, regular.responses).enumerated() where pair.0 != pair.1 {
            Issue.record("\(index): \(pair.0) and \(pair.1)")
            break
        }
        #expect(plain.upstream == regular.upstream)
        #expect(plain.lines == regular.lines)
        #expect(plain.metrics == regular.metrics)
    }

    @Test(.enabled(if: Corpora.available))
    func publishedRequestsGetTheSameOnBothPaths() async throws {
        let cases = try CorpusCase.load().flatMap { [$0] + [$0.withHost].compactMap { $0 } }
        let (plain, taken) = try await PathTrace.responses(to: cases, takesPlain: true)
        let (regular, _) = try await PathTrace.responses(to: cases, takesPlain: false)
        #expect(taken > 0)
        for (item, pair) in zip(cases, zip(plain, regular)) where pair.0 != pair.1 {
            Issue.record("\(item): \(pair.0) and \(pair.1)")
        }
    }

    @Test func anOpenCircuitIsTheSameOnBothPaths() async throws {
        let harness = PipelineHarness(ScriptedSender.failing(.unreachable, .notSent))
        try await FastPathHarness.run(harness) { gateway in
            var requests = 0
            while harness.currentRuntime.value.forwarder.circuit == .closed, requests < 200 {
                _ = try await gateway.get(Self.forwarded)
                requests += 1
            }
            let (plain, regular) = try await bothPaths(of: gateway, Self.forwarded)
            #expect(plain.status == 503 && plain["retry-after"] != nil)
            #expect(plain.lines == regular.lines && plain.body == regular.body)
        }
    }

    @Test(arguments: [
        UpstreamError(.timedOut, phase: .sent, detail: "late"),
        UpstreamError(.cut, phase: .partlyReceived, detail: "cut"),
        UpstreamError(.malformed, phase: .partlyReceived, detail: "not HTTP"),
    ])
    func aFailureOfUpstreamIsTheSameOnBothPaths(error: UpstreamError) async throws {
        let harness = PipelineHarness { received throws(UpstreamError) in
            if received.number == 0 { return .page(1) }
            throw error
        }
        try await FastPathHarness.run(harness) { gateway in
            try await gateway.warm()
            let (plain, regular) = try await bothPaths(of: gateway, Self.forwarded)
            #expect(plain.status >= 502)
            #expect(plain.lines == regular.lines && plain.body == regular.body)
        }
    }

    @Test func theDeadlineOfUpstreamIsTheSameOnBothPaths() async throws {
        let harness = PipelineHarness()
        try await FastPathHarness.run(harness) { gateway in
            try await gateway.warm()
            _ = try await bothPaths(of: gateway, Self.forwarded)
        }
        let last = harness.upstream.requests.suffix(2)
        #expect(last.count == 2 && last.first?.deadline == last.last?.deadline)
        #expect(last.first?.request == last.last?.request)
    }

    @Test func aCallerThatHangsUpCancelsItsForwardAndIsCounted() async throws {
        let gate = Signal()
        let cancelled = Signal()
        let harness = PipelineHarness { received throws(UpstreamError) in
            guard received.number > 0 else { return .page(1) }
            gate.fire()
            do {
                try await Task.sleep(for: .seconds(100))
            } catch {
                cancelled.fire()
                throw UpstreamError(.cancelled, phase: .sent, detail: "cancelled")
            }
            return .page(2)
        }
        try await FastPathHarness.run(harness) { gateway in
            try await gateway.warm()
            let head = "GET \(Self.forwarded) HTTP/1.1\r\nHost: localhost\r\n"
            for (count, fields) in ["\r\n", "X-Unknown: 1\r\n\r\n"].enumerated() {
                let port = gateway.port
                let sent = try await offPool { try SentRequests(head + fields, port: port) }
                await gate.reached(count + 1)
                #expect(harness.admission.inFlight == 1)
                sent.reset()
                await cancelled.reached(count + 1)
                try await harness.waitUntilIdle()
                try await eventually("the request is counted") {
                    harness.metric(
                        #"syncgate_requests_total{operation="ListRecords",code="499",cache="pass"}"#
                    ) == count + 1
                }
            }
            #expect(gateway.responder.plain.value == 1)
        }
    }

    @Test func aRuntimeThatChangesInTheMiddleOfAForwardIsTheSameOnBothPaths() async throws {
        var all: [[[String]]] = []
        for takesPlain in [true, false] {
            let gate = Signal()
            let harness = PipelineHarness { received in
                if received.number == 1 { await gate.reached() }
                return .page(1)
            }
            try await FastPathHarness.run(harness, takesPlain: takesPlain) { gateway in
                try await gateway.warm()
                async let first = gateway.get(Self.forwarded)
                await harness.upstream.arrived.reached(2)
                harness.reload { $0.allow.identityPools = .only([]) }
                gate.fire()
                var responses = [try await first.lines]
                for _ in 0..<2 { responses.append(try await gateway.get(Self.forwarded).lines) }
                #expect(gateway.responder.plain.value == (takesPlain ? 2 : 0))
                all.append(responses)
            }
        }
        #expect(
            all[0].map { $0[0] } == ["HTTP/1.1 200 OK", "HTTP/1.1 403 Forbidden", "HTTP/1.1 403 Forbidden"]
        )
        #expect(all[0] == all[1])
    }

    @Test func aPlainGetOfNobodyIsRefusedAndChargedWhereCallersMustBeKnown() async throws {
        let harness = PipelineHarness(
            configured: {
                $0.callers.by.apiKey.file = "keys"
                $0.callers.required = true
                $0.throttle.caller = .init(key: .address, rate: 1, burst: 3)
            },
            keys: try NamedCallersTests.keys()
        )
        try await FastPathHarness.run(harness) { gateway in
            let key = "x-api-key: \(NamedCallersTests.keyOfReader)"
            for _ in 0..<2 {
                let known = try await gateway.get(Self.forwarded, credential: key)
                #expect(known.status == 200)
            }
            #expect(gateway.responder.plain.value == 1)
            #expect(try await gateway.get(Self.forwarded).status == 401)
            #expect(gateway.responder.plain.value == 1)
            #expect(try await gateway.get(Self.forwarded, credential: key).status == 429)
            #expect(harness.upstream.count == 2)
        }
    }
}

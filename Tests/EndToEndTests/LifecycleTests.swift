import CognitoSync
import Emulator
import Foundation
import Gateway
import GatewayConfiguration
import Serving
import Synchronization
import TestSupport
import Testing

/// Drain, reload, and a start that fails.
@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    private func isApplied(_ result: ReloadResult) -> Bool {
        if case .applied = result { true } else { false }
    }

    private func canConnect(_ port: Int) async throws -> Bool {
        try await offPool { (try? RawConnection(port: port)) != nil }
    }

    @Test func requestsInFlightGetTheirResponsesBeforeTheGatewayEnds() async throws {
        let gate = Gate()
        let body = #"{"DatasetExists":true,"DatasetSyncCount":1}"#
        let response = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let upstream = try ScriptedUpstream { _ in [.wait(gate), .send(response)] }
        defer { upstream.stop() }
        let gateway = try await RunningGateway.start(upstream.url) { $0.drain.timeout = .seconds(20) }
        let port = gateway.port
        let requests = (0..<20).map { number in
            // Half of them share one fetch, and half have an upstream request of their own.
            let path = number < 10 ? Demo.dataset("d") + "/records" : Demo.dataset("d\(number)")
            return Task { try await gateway.get(path) }
        }
        #expect(await upstream.waitUntil { $0.received.count == 11 })
        let admin = gateway.service.adminPort
        try await eventually("all requests are in flight, those too that share the fetch") {
            let metrics = try await offPool {
                try RawConnection(port: admin).roundTrip("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    .last
            }
            return metrics?.text.contains("syncgate_requests_in_flight 20\n") == true
        }

        let draining = Task { await gateway.service.drain() }
        try await eventually("the listener is closed") { try await !canConnect(port) }
        gate.open()
        for request in requests {
            let response = try await request.value
            #expect(response?.status == 200)
            #expect(response?["connection"]?.lowercased() == "close")
        }
        await draining.value
    }

    @Test func aRequestThatDoesNotEndInTimeIsCut() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        defer { upstream.stop() }
        let gateway = try await RunningGateway.start(upstream.url) { $0.drain.timeout = .milliseconds(300) }
        let request = Task { try await gateway.get(Demo.dataset()) }
        #expect(await upstream.waitUntil { $0.received.count == 1 })
        await gateway.service.drain()
        #expect(try await request.value?.status != 200)
    }

    @Test func drainingAgainHasNoEffect() async throws {
        try await withEmulator { emulator in
            let gateway = try await RunningGateway.start(emulator.endpoint)
            async let first: Void = gateway.service.drain()
            async let second: Void = gateway.service.drain()
            _ = await (first, second)
            await gateway.service.drain()
        }
    }

    @Test func aReloadTakesEffectAsAWholeAndAnInvalidOneHasNoEffect() async throws {
        try await withEmulator { emulator in
            let file = Mutex("")
            try await withGateway(
                emulator.endpoint,
                configured: { $0.cache.fresh = .seconds(60) },
                reload: { () throws(ConfigurationProblems) in
                    try Configuration.load(text: file.withLock { $0 }, name: "syncgate.yaml")
                }
            ) { gateway in
                let records = Demo.dataset() + "/records"
                #expect(try await gateway.get(records)?.status == 200)
                let good = """
                    upstream: { endpoint: "\(emulator.endpoint)" }
                    cache: { fresh: 60s }
                    allow: { operations: [ListRecords] }
                    """
                file.withLock { $0 = good }
                #expect(await isApplied(gateway.service.reload()))
                #expect(
                    try await gateway.get(records)?.cacheStatus.hasPrefix("syncgate; hit") == true,
                    "pages survive"
                )
                #expect(try await gateway.get(Demo.dataset())?.status == 403)

                file.withLock { $0 = good + "\ncash: { fresh: 1s }\nallow: { operations: all }\n" }
                #expect(await !isApplied(gateway.service.reload()))
                #expect(try await gateway.get(Demo.dataset())?.status == 403, "the old one stays in force")
                let admin = gateway.service.adminPort
                let metrics = try await offPool {
                    try RawConnection(port: admin).roundTrip(
                        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                    ).last
                }
                #expect(
                    metrics?.text.contains("syncgate_config_reloads_total{result=\"failure\"} 1\n") == true
                )
                #expect(
                    metrics?.text.contains("syncgate_config_reloads_total{result=\"success\"} 1\n") == true
                )
                #expect(metrics?.text.contains("syncgate_config_last_reload_successful 0\n") == true)
            }
        }
    }

    @Test func aReloadToAnotherUpstreamDropsTheCachedPages() async throws {
        try await withEmulator { old in
            try await withEmulator({ $0.demoData = false }) { new in
                let text = "upstream: { endpoint: \"\(new.endpoint)\" }"
                let reload: @Sendable () throws(ConfigurationProblems) -> LoadedConfiguration = {
                    () throws(ConfigurationProblems) in
                    try Configuration.load(text: text, name: "syncgate.yaml")
                }
                try await withGateway(old.endpoint, reload: reload) { gateway in
                    let records = Demo.dataset() + "/records"
                    let before = try await gateway.get(records)
                    #expect(before?.text.contains(#""DatasetExists":true"#) == true)
                    #expect(await isApplied(gateway.service.reload()))
                    let after = try await gateway.get(records)
                    #expect(after?.text.contains(#""DatasetExists":false"#) == true)
                    #expect(old.statistics.requests == 1)
                    #expect(new.statistics.requests == 1)
                }
            }
        }
    }

    @Test func anAddressThatIsTakenIsReported() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                let (port, admin) = (gateway.port, gateway.service.adminPort)
                for taken in [port, admin] {
                    await #expect {
                        _ = try await RunningGateway.start(emulator.endpoint) {
                            if taken == port {
                                $0.listen.address = .tcp(host: "127.0.0.1", port: taken)
                            } else {
                                $0.admin.address = .tcp(host: "127.0.0.1", port: taken)
                            }
                        }
                    } throws: { error in
                        guard case .cannotBind? = error as? Gateway.ServiceError else { return false }
                        return true
                    }
                }
                let response = try await gateway.get(Demo.dataset())
                #expect(response?.status == 200, "the first gateway still serves")
            }
        }
    }

    @Test(arguments: ["admin", "listen"])
    func aStartThatFailsTakesNothingFromTheGatewayThatServes(taken: String) async throws {
        let path = NSTemporaryDirectory() + "gateway-\(getpid())-\(Int.random(in: 0..<1_000_000_000)).sock"
        try await withGateway("http://127.0.0.1:9", configured: { $0.listen.address = .unix(path: path) }) {
            gateway in
            let admin = gateway.service.adminPort
            await #expect(throws: Gateway.ServiceError.self) {
                _ = try await RunningGateway.start("http://127.0.0.1:9") {
                    $0.listen.address = .unix(path: path)
                    if taken == "admin" { $0.admin.address = .tcp(host: "127.0.0.1", port: admin) }
                }
            }
            let responses = try await offPool {
                try RawConnection(unixPath: path).roundTrip("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
            }
            #expect(responses.map(\.status) == [404], "the first gateway still serves")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: ["connect", "dns"])
    func anUpstreamThatCannotBeReachedIsABadGateway(how: String) async throws {
        let closed = try ScriptedUpstream { _ in [.close] }
        let port = closed.port
        closed.stop()
        let upstream = how == "dns" ? "http://no-such-host.invalid" : "http://127.0.0.1:\(port)"
        try await withGateway(upstream) { gateway in
            let read = try await gateway.get(Demo.dataset())
            #expect(read?.status == 502)
            let write = try await gateway.ask(Demo.update("d"))
            #expect(write?.status == 502)
            #expect(write?.text.contains("nothing was sent") == true)
        }
    }

    @Test func anUpstreamThatIsSilentIsAGatewayTimeout() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        defer { upstream.stop() }
        let impatient: (inout Configuration) -> Void = {
            $0.upstream.timeouts.firstByte = .milliseconds(100)
            $0.upstream.timeouts.total = .milliseconds(400)
        }
        try await withGateway(upstream.url, configured: impatient) { gateway in
            let write = try await gateway.ask(Demo.update("d"))
            #expect(write?.status == 504)
            #expect(upstream.received.count { $0.requestLine.hasPrefix("POST") } == 1)
            let read = try await gateway.get(Demo.dataset() + "/records")
            #expect(read?.status == 504)
        }
    }
}

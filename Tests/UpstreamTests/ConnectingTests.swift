import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// The time before a connection is there: cancelled, late, stopped, and through a proxy.
@Suite struct ConnectingTests {
    /// Returns a client whose TLS handshake never ends, with the server that accepts its connections.
    private func silent(
        _ change: (inout UpstreamConfiguration) -> Void = { _ in }
    ) throws -> (UpstreamClient, ScriptedUpstream) {
        let upstream = try ScriptedUpstream(greeting: [.stall]) { _ in [] }
        var configuration = try loopback(upstream.port, scheme: .https)
        configuration.connect = .seconds(60)
        configuration.total = .seconds(60)
        change(&configuration)
        return (try UpstreamClient(configuration), upstream)
    }

    @Test func aRequestThatIsCancelledWhileItConnectsClosesTheConnection() async throws {
        let (client, upstream) = try silent()
        let request = Task { await client.failure(of: post("b")) }
        #expect(await upstream.waitUntil { $0.open == 1 })
        request.cancel()
        let error = await request.value
        #expect(error?.kind == .cancelled)
        #expect(error?.phase == .notSent)
        #expect(await upstream.waitUntil { $0.open == 0 })
        #expect(client.statistics().inFlight == 0)
        #expect(client.statistics().openConnections == 0)
        await client.stop()
        upstream.stop()
    }

    @Test func aRequestThatIsCancelledWhileItsNameIsLookedUpEnds() async throws {
        var configuration = UpstreamConfiguration(
            origin: try #require(Origin("http://no-such-host.invalid:1"))
        )
        configuration.connect = .seconds(60)
        configuration.total = .seconds(60)
        let client = try UpstreamClient(configuration)
        let request = Task { await client.failure(of: get()) }
        for _ in 0..<3 { await Task.yield() }
        request.cancel()
        let error = await request.value
        #expect(error?.phase == .notSent)
        #expect(client.statistics().inFlight == 0)
        await client.stop()
    }

    @Test func theDeadlineOfARequestEndsItsConnect() async throws {
        let (client, upstream) = try silent()
        let error = await client.failure(of: post("b"), deadline: .milliseconds(100))
        #expect(error?.kind == .timedOut)
        #expect(error?.cause == .timeoutConnect)
        #expect(error?.phase == .notSent)
        #expect(await upstream.waitUntil { $0.open == 0 })
        await client.stop()
        upstream.stop()
    }

    @Test func stoppingEndsWhatConnects() async throws {
        let (client, upstream) = try silent()
        let request = Task { await client.failure(of: post("b")) }
        #expect(await upstream.waitUntil { $0.open == 1 })
        await client.stop()
        #expect(await request.value?.kind == .unavailable)
        #expect(await upstream.waitUntil { $0.open == 0 })
        upstream.stop()
    }

    @Test func othersGoOnWhileOneConnects() async throws {
        let upstream = try ScriptedUpstream { received in
            received.requestLine.hasPrefix("GET /slow") ? [.stall] : [.send(plainResponse)]
        }
        try await withUpstream(upstream, configure: { $0.connections = 2 }) { client in
            let slow = Task { await client.failure(of: get("/slow")) }
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            for _ in 0..<10 { _ = try await client.send(get("/fast")) }
            slow.cancel()
            #expect(await slow.value?.kind == .cancelled)
        }
    }

    @Test func aConnectionThatEndsBeforeTheRequestIsUnreachable() async throws {
        let upstream = try ScriptedUpstream(greeting: [.close]) { _ in [] }
        try await withUpstream(upstream) { client in
            // The end either comes before the request is sent, or is seen in place of its response.
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .unreachable && error?.phase == .notSent || error?.kind == .cut)
        }
    }

    private func withProxy(
        _ script: @escaping ScriptedUpstream.Script,
        _ change: (inout UpstreamConfiguration) -> Void = { _ in },
        _ body: (UpstreamClient, ScriptedUpstream) async throws -> Void
    ) async throws {
        let proxy = try ScriptedUpstream(script: script)
        defer { proxy.stop() }
        var configuration = UpstreamConfiguration(origin: try #require(Origin("http://service.test:81")))
        configuration.proxy = proxy.url
        change(&configuration)
        let client = try UpstreamClient(configuration)
        try await body(client, proxy)
        await client.stop()
    }

    @Test func requestsShareTheTunnelOfAProxy() async throws {
        try await withProxy({
            $0.requestLine.hasPrefix("CONNECT")
                ? [.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")] : [.send(plainResponse)]
        }) { client, proxy in
            for _ in 0..<3 { #expect(await client.failure(of: post("b", "/a")) == nil) }
            let lines =
                ["CONNECT service.test:81 HTTP/1.1"] + [String](repeating: "POST /a HTTP/1.1", count: 3)
            #expect(proxy.received.map(\.requestLine) == lines)
            #expect(proxy.received.last?.values("host") == ["service.test:81"])
            #expect(proxy.received.last?.values("proxy-connection") == [])
            #expect(proxy.accepted == 1)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 407 Proxy\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", "SMTP\r\n\r\n",
    ])
    func aProxyThatRefusesTheTunnelGetsNoRequest(response: String) async throws {
        try await withProxy({ _ in [.send(response), .close] }) { client, proxy in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .unreachable)
            #expect(error?.phase == .notSent)
            #expect(proxy.received.count == 1)
        }
    }

    @Test func aProxyThatIsSilentTimesOutAtTheConnectDeadline() async throws {
        try await withProxy({ _ in [.stall] }, { $0.connect = .milliseconds(200) }) { client, proxy in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .timedOut)
            #expect(error?.cause == .timeoutConnect)
            #expect(error?.phase == .notSent)
            #expect(await proxy.waitUntil { $0.open == 0 })
        }
    }

    @Test func bytesBehindTheTunnelsHeadAreNoResponse() async throws {
        try await withProxy({ _ in [.send("HTTP/1.1 200 Connected\r\n\r\n" + plainResponse)] }) {
            client,
            proxy in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .malformed)
            #expect(error?.phase == .notSent)
            #expect(proxy.received.count == 1)
        }
    }
}

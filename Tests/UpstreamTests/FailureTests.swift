import Glibc
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// A failure of an upstream is reported with its kind and with the phase of the request.
@Suite struct FailureTests {
    @Test(arguments: [HTTPRequest.Method.post, .get, .put, .delete])
    func aRequestIsNotRepeatedWhenAReusedConnectionClosesAfterIt(method: HTTPRequest.Method) async throws {
        let upstream = try ScriptedUpstream {
            $0.requestOfConnection == 0 ? [.send(plainResponse)] : [.close]
        }
        try await withUpstream(upstream) { client in
            _ = try await client.send(get("/first"))
            let error = await client.failure(of: post(method == .get ? "" : "b", "/second", method: method))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
            #expect(
                upstream.received.map { String($0.requestLine.split(separator: " ")[1]) } == [
                    "/first", "/second",
                ]
            )
        }
    }

    @Test func aRequestIsNotRepeatedWhenAReusedConnectionIsResetAfterIt() async throws {
        let upstream = try ScriptedUpstream {
            $0.requestOfConnection == 0 ? [.send(plainResponse)] : [.reset]
        }
        try await withUpstream(upstream) { client in
            _ = try await client.send(get())
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
            #expect(upstream.received.count == 2)
        }
    }

    @Test func anIdleConnectionThatTheUpstreamClosedIsReplacedBeforeAnythingIsSent() async throws {
        let upstream = try ScriptedUpstream { _ in [.send(plainResponse), .close] }
        try await withUpstream(upstream) { client in
            for _ in 0..<3 {
                _ = try await client.send(post("b"))
                #expect(await upstream.waitUntil { $0.open == 0 })
            }
            #expect(upstream.received.map(\.connection) == [0, 1, 2])
            #expect(client.statistics().connects == 3)
        }
    }

    @Test func unsolicitedBytesAreNotReadAsTheNextResponse() async throws {
        let forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        let upstream = try ScriptedUpstream {
            $0.connection == 0
                ? [.send(plainResponse), .pause(milliseconds: 50), .send(forged)] : [.send(plainResponse)]
        }
        try await withUpstream(upstream) { client in
            _ = try await client.send(get())
            try await Task.sleep(for: .milliseconds(150))
            let response = try await client.send(post("b"))
            #expect(response.body == [UInt8]("hi".utf8))
            #expect(upstream.received.map(\.connection) == [0, 1])
        }
    }

    @Test func aResponseBeforeTheRequestIsNotTrusted() async throws {
        let upstream = try ScriptedUpstream(greeting: [.send(plainResponse)]) { _ in [.send(plainResponse)] }
        try await withUpstream(upstream) { client in
            // The bytes either arrive before the request is sent, or are read as its response.
            let error = await client.failure(of: post("b"))
            #expect(error == nil || (error?.kind == .malformed && error?.phase == .notSent))
        }
    }

    @Test func aPortWithoutAListenerIsUnreachable() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        upstream.stop()
        try await withUpstream(upstream) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .unreachable)
            #expect(error?.phase == .notSent)
        }
    }

    @Test func aNameThatDoesNotExistIsUnreachable() async throws {
        let origin = try #require(Origin("http://no-such-host.invalid:1"))
        var configuration = UpstreamConfiguration(origin: origin)
        configuration.connect = .seconds(5)
        let client = try UpstreamClient(configuration)
        let error = await client.failure(of: get())
        #expect(error?.kind == .unreachable || error?.kind == .timedOut)
        #expect(error?.phase == .notSent)
        await client.stop()
    }

    @Test func aNameThatLeadsToThisMachineIsRefusedUnlessAllowed() async throws {
        let server = try ScriptedUpstream(response: plainResponse)
        defer { server.stop() }
        for allowed in [false, true] {
            var configuration = UpstreamConfiguration(
                origin: try #require(Origin("http://localhost:\(server.port)"))
            )
            configuration.allowsPrivateAddresses = allowed
            let client = try UpstreamClient(configuration)
            let error = await client.failure(of: get())
            #expect(error?.kind == (allowed ? nil : .unreachable))
            #expect(server.received.count == (allowed ? 1 : 0))
            await client.stop()
        }
    }

    /// Sets every other deadline to two minutes.
    ///
    /// An early end can then only be that of the deadline under test, however busy the machine is.
    private func patient(
        _ change: @escaping @Sendable (inout UpstreamConfiguration) -> Void
    ) -> @Sendable (inout UpstreamConfiguration) -> Void {
        { configuration in
            configuration.firstByte = .seconds(120)
            configuration.total = .seconds(120)
            change(&configuration)
        }
    }

    @Test func aSilentUpstreamTimesOutAtTheFirstByteDeadline() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(upstream, configure: patient { $0.firstByte = .milliseconds(150) }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: post("b"))
            let took = ContinuousClock.now - start
            #expect(error?.kind == .timedOut)
            #expect(error?.phase == .sent)
            #expect(took >= .milliseconds(150) && took < .seconds(60))
            #expect(await upstream.waitUntil { $0.open == 0 })
        }
    }

    @Test func aDrippingResponseTimesOutAtTheTotalDeadline() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1000)
        let upstream = try ScriptedUpstream { _ in
            [.send([UInt8](head.utf8)), .drip(body, milliseconds: 100)]
        }
        try await withUpstream(upstream, configure: patient { $0.total = .seconds(2) }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: get())
            let took = ContinuousClock.now - start
            #expect(error?.kind == .timedOut)
            #expect(error?.phase == .partlyReceived)
            #expect(took >= .seconds(2) && took < .seconds(60))
            #expect(await upstream.waitUntil { $0.open == 0 })
        }
    }

    @Test func aDeadlineOfTheRequestShortensTheTotal() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(upstream, configure: patient { _ in }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: get(), deadline: .milliseconds(100))
            #expect(error?.kind == .timedOut)
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }

    @Test func aRequestThatTimesOutWhileItWaitsIsNeverSent() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(upstream, configure: { $0.connections = 1 }) { client in
            async let first = client.failure(of: get("/1"))
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            let second = await client.failure(of: post("b", "/2"), deadline: .milliseconds(100))
            #expect(second?.kind == .timedOut)
            #expect(second?.phase == .notSent)
            await client.stop()
            #expect(await first?.kind == .unavailable)
            #expect(upstream.received.count == 1)
        }
    }

    @Test func aBodyLargerThanTheLimitIsRefusedWithAndWithoutALength() async throws {
        let body = String(repeating: "x", count: 101)
        let responses = [
            "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n\(body)",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n\(body)\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n\(body.dropLast())\r\n1\r\nx\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFF\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n",
        ]
        for response in responses {
            try await withUpstream(
                try ScriptedUpstream(response: response),
                configure: { $0.maximumBody = 100 }
            ) {
                client in
                let error = await client.failure(of: get())
                #expect(error?.kind == .tooLarge, "\(response)")
                #expect(error?.phase == .partlyReceived)
            }
        }
    }

    @Test func aHeadLargerThanTheLimitsIsRefused() async throws {
        let end = "Content-Length: 0\r\n\r\n"
        let manyFields = (0..<100).map { "X-\($0): a\r\n" }.joined()
        let interim = String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", count: 2000)
        let tooLarge = [
            "HTTP/1.1 200 OK\r\n\(manyFields)\(end)",
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 40_000))\r\n\(end)",
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 400_000))",
            "HTTP/1.1 200 \(String(repeating: "a", count: 40_000))\r\n\(end)",
            "\(interim)HTTP/1.1 200 OK\r\n\(end)",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(String(repeating: "a", count: 40_000))",
        ]
        for response in tooLarge {
            try await withUpstream(try ScriptedUpstream { _ in [.send(response), .close] }) { client in
                let error = await client.failure(of: get())
                #expect(error?.kind == .tooLarge, "\(response.prefix(60))")
            }
        }
    }

    @Test func anEncodedBodyIsRefused() async throws {
        for coding in ["gzip", "br", "x", "gzip, identity", ""] {
            let response = "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: 2\r\n\r\nhi"
            try await withUpstream(try ScriptedUpstream(response: response)) { client in
                #expect(await client.failure(of: get())?.kind == .malformed)
            }
        }
    }

    @Test func interimResponsesAreSkippedAndASwitchOfProtocolsIsRefused() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
        try await withUpstream(try ScriptedUpstream(response: interim + plainResponse)) { client in
            let response = try await client.send(post("b"))
            #expect(response.body == [UInt8]("hi".utf8))
            #expect(response.head.headerFields.count == 1)
        }
        let switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"
        try await withUpstream(try ScriptedUpstream(response: switching)) { client in
            #expect(await client.failure(of: get())?.kind == .malformed)
        }
    }

    @Test func bytesAfterAChunkedResponseAreDroppedWithItsConnection() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        let upstream = try ScriptedUpstream { _ in [.send(chunked + plainResponse)] }
        try await withUpstream(upstream) { client in
            for _ in 0..<2 {
                let response = try await client.send(get())
                #expect(response.body == [UInt8]("hi".utf8))
                #expect(response.head.headerFields[.transferEncoding] == "chunked")
            }
            #expect(upstream.received.map(\.connection) == [0, 1])
        }
    }

    @Test func bytesAfterASizedResponseAreDroppedWithItsConnection() async throws {
        let upstream = try ScriptedUpstream { _ in [.send(plainResponse + plainResponse)] }
        try await withUpstream(upstream) { client in
            for _ in 0..<2 {
                let response = try await client.send(get())
                #expect(response.body == [UInt8]("hi".utf8))
            }
            #expect(upstream.received.map(\.connection) == [0, 1])
        }
    }
}

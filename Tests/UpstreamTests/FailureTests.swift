import Glibc
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// What goes wrong with an origin is told by its kind and by how far the call got.
@Suite struct FailureTests {
    @Test(arguments: [HTTPRequest.Method.post, .get, .put, .delete])
    func aRequestIsNotRepeatedWhenAKeptConnectionDiesAfterIt(method: HTTPRequest.Method) async throws {
        let origin = try ScriptedUpstream { $0.requestOfConnection == 0 ? [.send(plainAnswer)] : [.close] }
        try await withUpstream(origin) { client in
            _ = try await client.send(get("/first"))
            let error = await client.failure(of: post(method == .get ? "" : "b", "/second", method: method))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
            #expect(
                origin.received.map { String($0.requestLine.split(separator: " ")[1]) } == [
                    "/first", "/second",
                ]
            )
        }
    }

    @Test func aRequestIsNotRepeatedWhenAKeptConnectionIsResetAfterIt() async throws {
        let origin = try ScriptedUpstream { $0.requestOfConnection == 0 ? [.send(plainAnswer)] : [.reset] }
        try await withUpstream(origin) { client in
            _ = try await client.send(get())
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
            #expect(origin.received.count == 2)
        }
    }

    @Test func aKeptConnectionThatTheOriginClosedIsReplacedBeforeAnythingIsSent() async throws {
        let origin = try ScriptedUpstream { _ in [.send(plainAnswer), .close] }
        try await withUpstream(origin) { client in
            for _ in 0..<3 {
                _ = try await client.send(post("b"))
                #expect(await origin.waitUntil { $0.open == 0 })
            }
            #expect(origin.received.map(\.connection) == [0, 1, 2])
            #expect(client.statistics().connects == 3)
        }
    }

    @Test func bytesThatNobodyAskedForAreNotReadAsTheNextAnswer() async throws {
        let forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        let origin = try ScriptedUpstream {
            $0.connection == 0
                ? [.send(plainAnswer), .pause(milliseconds: 50), .send(forged)] : [.send(plainAnswer)]
        }
        try await withUpstream(origin) { client in
            _ = try await client.send(get())
            try await Task.sleep(for: .milliseconds(150))
            let answer = try await client.send(post("b"))
            #expect(answer.body == [UInt8]("hi".utf8))
            #expect(origin.received.map(\.connection) == [0, 1])
        }
    }

    @Test func anOriginThatSpeaksFirstIsNotBelieved() async throws {
        let origin = try ScriptedUpstream(greeting: [.send(plainAnswer)]) { _ in [.send(plainAnswer)] }
        try await withUpstream(origin) { client in
            // Either its words are there before the request goes out, or they are taken for the answer.
            let error = await client.failure(of: post("b"))
            #expect(error == nil || (error?.kind == .malformed && error?.phase == .notSent))
        }
    }

    @Test func nobodyListening() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        origin.stop()
        try await withUpstream(origin) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .unreachable)
            #expect(error?.phase == .notSent)
        }
    }

    @Test func aNameThatDoesNotExist() async throws {
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
        let server = try ScriptedUpstream(answer: plainAnswer)
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

    /// Every other deadline is two minutes off, so that an early end can only be that of the one under test, however
    /// busy the machine is.
    private func patient(
        _ change: @escaping @Sendable (inout UpstreamConfiguration) -> Void
    ) -> @Sendable (inout UpstreamConfiguration) -> Void {
        { configuration in
            configuration.firstByte = .seconds(120)
            configuration.total = .seconds(120)
            change(&configuration)
        }
    }

    @Test func anOriginThatSaysNothingIsGivenUpAtTheFirstByteDeadline() async throws {
        let origin = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(origin, configure: patient { $0.firstByte = .milliseconds(150) }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: post("b"))
            let took = ContinuousClock.now - start
            #expect(error?.kind == .timedOut)
            #expect(error?.phase == .sent)
            #expect(took >= .milliseconds(150) && took < .seconds(60))
            #expect(await origin.waitUntil { $0.open == 0 })
        }
    }

    @Test func anAnswerThatDripsIsGivenUpAtTheTotalDeadline() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1000)
        let origin = try ScriptedUpstream { _ in [.send([UInt8](head.utf8)), .drip(body, milliseconds: 100)] }
        try await withUpstream(origin, configure: patient { $0.total = .seconds(2) }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: get())
            let took = ContinuousClock.now - start
            #expect(error?.kind == .timedOut)
            #expect(error?.phase == .partlyReceived)
            #expect(took >= .seconds(2) && took < .seconds(60))
            #expect(await origin.waitUntil { $0.open == 0 })
        }
    }

    @Test func aDeadlineOfTheCallShortensTheTotal() async throws {
        let origin = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(origin, configure: patient { _ in }) { client in
            let start = ContinuousClock.now
            let error = await client.failure(of: get(), deadline: .milliseconds(100))
            #expect(error?.kind == .timedOut)
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }

    @Test func aCallThatIsOutOfTimeWhileItWaitsIsNeverSent() async throws {
        let origin = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(origin, configure: { $0.connections = 1 }) { client in
            async let first = client.failure(of: get("/1"))
            #expect(await origin.waitUntil { $0.received.count == 1 })
            let second = await client.failure(of: post("b", "/2"), deadline: .milliseconds(100))
            #expect(second?.kind == .timedOut)
            #expect(second?.phase == .notSent)
            await client.stop()
            #expect(await first?.kind == .unavailable)
            #expect(origin.received.count == 1)
        }
    }

    @Test func aBodyLargerThanTheLimitIsRefusedWhetherItSaysSoOrNot() async throws {
        let body = String(repeating: "x", count: 101)
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n\(body)",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n\(body)\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n\(body.dropLast())\r\n1\r\nx\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFF\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n",
        ]
        for answer in answers {
            try await withUpstream(try ScriptedUpstream(answer: answer), configure: { $0.maximumBody = 100 })
            {
                client in
                let error = await client.failure(of: get())
                #expect(error?.kind == .tooLarge, "\(answer)")
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
        for answer in tooLarge {
            try await withUpstream(try ScriptedUpstream { _ in [.send(answer), .close] }) { client in
                let error = await client.failure(of: get())
                #expect(error?.kind == .tooLarge, "\(answer.prefix(60))")
            }
        }
    }

    @Test func anEncodedBodyIsRefused() async throws {
        for coding in ["gzip", "br", "x", "gzip, identity", ""] {
            let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: 2\r\n\r\nhi"
            try await withUpstream(try ScriptedUpstream(answer: answer)) { client in
                #expect(await client.failure(of: get())?.kind == .malformed)
            }
        }
    }

    @Test func interimAnswersAreSkippedAndASwitchOfProtocolsIsRefused() async throws {
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
        try await withUpstream(try ScriptedUpstream(answer: interim + plainAnswer)) { client in
            let answer = try await client.send(post("b"))
            #expect(answer.body == [UInt8]("hi".utf8))
            #expect(answer.head.headerFields.count == 1)
        }
        let switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"
        try await withUpstream(try ScriptedUpstream(answer: switching)) { client in
            #expect(await client.failure(of: get())?.kind == .malformed)
        }
    }

    @Test func whatFollowsAChunkedAnswerIsDroppedWithItsConnection() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        let origin = try ScriptedUpstream { _ in [.send(chunked + plainAnswer)] }
        try await withUpstream(origin) { client in
            for _ in 0..<2 {
                let answer = try await client.send(get())
                #expect(answer.body == [UInt8]("hi".utf8))
                #expect(answer.head.headerFields[.transferEncoding] == "chunked")
            }
            #expect(origin.received.map(\.connection) == [0, 1])
        }
    }

    @Test func whatFollowsASizedAnswerIsDroppedWithItsConnection() async throws {
        let origin = try ScriptedUpstream { _ in [.send(plainAnswer + plainAnswer)] }
        try await withUpstream(origin) { client in
            for _ in 0..<2 {
                let answer = try await client.send(get())
                #expect(answer.body == [UInt8]("hi".utf8))
            }
            #expect(origin.received.map(\.connection) == [0, 1])
        }
    }
}

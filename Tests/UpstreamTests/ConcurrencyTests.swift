import Messages
import TestSupport
import Testing
import Upstream

/// Many concurrent requests, cancelled requests, and the end of the client.
@Suite struct ConcurrencyTests {
    @Test func manyRequestsShareFewConnections() async throws {
        let upstream = try ScriptedUpstream { [.pause(milliseconds: 2), .send(echo($0))] }
        try await withUpstream(upstream, configure: { $0.connections = 8 }) { client in
            let bodies = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
                for number in 0..<200 {
                    group.addTask { (number, try await client.send(post("request \(number)")).body) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for number in 0..<200 { #expect(bodies[number] == [UInt8]("request \(number)".utf8)) }
            #expect(upstream.mostOpen <= 8)
            #expect(client.statistics().connects <= 8)
            #expect(client.statistics().inFlight == 0)
            #expect(client.statistics().queued == 0)
        }
    }

    @Test func requestsBeyondTheQueueAreRefusedAtOnce() async throws {
        let gate = Gate()
        let upstream = try ScriptedUpstream { _ in [.wait(gate), .send(plainResponse)] }
        try await withUpstream(
            upstream,
            configure: {
                $0.connections = 1; $0.maximumQueue = 1
            }
        ) { client in
            async let first = client.send(get("/1"))
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            async let second = client.send(get("/2"))
            #expect(await upstream.waitUntil { _ in client.statistics().queued == 1 })
            let third = await client.failure(of: get("/3"))
            #expect(third?.kind == .unavailable)
            #expect(third?.phase == .notSent)
            #expect(client.statistics().inFlight == 1)
            gate.open()
            _ = try await first
            _ = try await second
            #expect(upstream.received.count == 2)
        }
    }

    @Test func aCancelledRequestClosesItsConnection() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(upstream) { client in
            let request = Task { await client.failure(of: post("b")) }
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            request.cancel()
            let error = await request.value
            #expect(error?.kind == .cancelled)
            #expect(error?.phase == .sent)
            #expect(await upstream.waitUntil { $0.open == 0 })
            #expect(client.statistics().inFlight == 0)
        }
    }

    @Test func aRequestThatIsCancelledWhileItWaitsIsNeverSent() async throws {
        let gate = Gate()
        let upstream = try ScriptedUpstream { _ in [.wait(gate), .send(plainResponse)] }
        try await withUpstream(upstream, configure: { $0.connections = 1 }) { client in
            async let first = client.send(get("/1"))
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            let second = Task { await client.failure(of: post("b", "/2")) }
            #expect(await upstream.waitUntil { _ in client.statistics().queued == 1 })
            second.cancel()
            let error = await second.value
            #expect(error?.kind == .cancelled)
            #expect(error?.phase == .notSent)
            gate.open()
            _ = try await first
            #expect(upstream.received.count == 1)
        }
    }

    @Test func aRequestOfACancelledTaskIsNeverSent() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            let request = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return await client.failure(of: post("b"))
            }
            let error = await request.value
            #expect(error?.kind == .cancelled)
            #expect(error?.phase == .notSent)
            #expect(upstream.received.isEmpty)
        }
    }

    @Test func requestsThatAreCancelledAtAnyMomentEndAndHarmNoOther() async throws {
        let upstream = try ScriptedUpstream { [.send(echo($0))] }
        try await withUpstream(upstream, configure: { $0.connections = 4 }) { client in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let request = Task { try? await client.send(post("\(number)")).body }
                        if number % 3 != 0 {
                            for _ in 0..<number % 7 { await Task.yield() }
                            request.cancel()
                        }
                        let body = await request.value
                        #expect(body == [UInt8]("\(number)".utf8) || (body == nil && number % 3 != 0))
                    }
                }
            }
            #expect(client.statistics().inFlight == 0)
        }
    }

    @Test func stoppingFailsTheRequestsInFlightAndAllLaterOnes() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        try await withUpstream(upstream, configure: { $0.connections = 2 }) { client in
            let requests = (0..<5).map { number in Task { await client.failure(of: post("\(number)")) } }
            #expect(await upstream.waitUntil { $0.received.count == 2 && client.statistics().queued == 3 })
            await client.stop()
            for request in requests {
                let error = await request.value
                #expect(error?.kind == .unavailable)
            }
            #expect(await client.failure(of: get())?.kind == .unavailable)
            #expect(client.statistics() == UpstreamStatistics(connects: 2))
            #expect(await upstream.waitUntil { $0.open == 0 })
            await client.stop()
        }
    }

    @Test func aReleasedUpstreamClientClosesItsConnections() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        defer { upstream.stop() }
        do {
            let client = try UpstreamClient(try loopback(upstream.port))
            _ = try await client.send(get())
            #expect(upstream.open == 1)
        }
        #expect(await upstream.waitUntil { $0.open == 0 })
    }
}

private func echo(_ received: ScriptedUpstream.Received) -> [UInt8] {
    [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(received.body.count)\r\n\r\n".utf8) + received.body
}

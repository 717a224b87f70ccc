import HTTPTypes
import Messages
import TestSupport
import Testing

@testable import Upstream

/// The connections between two requests: which of them are used again, and which are closed.
@Suite struct IdleConnectionTests {
    @Test func aConnectionIsClosedAfterItsIdleTime() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream, configure: { $0.idle = .milliseconds(100) }) { client in
            _ = try await client.send(get())
            #expect(await upstream.waitUntil { $0.open == 0 })
            #expect(client.statistics().openConnections == 0)
            _ = try await client.send(get())
            #expect(upstream.received.map(\.connection) == [0, 1])
        }
    }

    @Test func aConnectionIsNotUsedBeyondItsAge() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream, configure: { $0.maximumAge = .milliseconds(150) }) { client in
            for _ in 0..<2 { _ = try await client.send(get()) }
            #expect(await upstream.waitUntil { $0.open == 0 })
            _ = try await client.send(get())
            #expect(upstream.received.map(\.connection) == [0, 0, 1])
        }
    }

    @Test func aConnectionThatComesOfAgeDuringItsRequestIsClosedAfterIt() async throws {
        let upstream = try ScriptedUpstream { _ in [.pause(milliseconds: 100), .send(plainResponse)] }
        try await withUpstream(upstream, configure: { $0.maximumAge = .milliseconds(50) }) { client in
            let response = try await client.send(get())
            #expect(response.body.count == 2)
            #expect(await upstream.waitUntil { $0.open == 0 })
        }
    }

    @Test(arguments: [[ScriptedUpstream.Step.send("x"), .stall], [.close], [.reset]])
    func aConnectionOnWhichSomethingHappensUnaskedIsClosedAtOnce(steps: [ScriptedUpstream.Step]) async throws
    {
        let upstream = try ScriptedUpstream { _ in [.send(plainResponse), .pause(milliseconds: 20)] + steps }
        try await withUpstream(upstream) { client in
            _ = try await client.send(get())
            #expect(await upstream.waitUntil { _ in client.statistics().openConnections == 0 })
            #expect(upstream.received.count == 1)
        }
    }

    @Test func aConnectionThatTheUpstreamHasClosedIsNeverUsed() async throws {
        let upstream = try ScriptedUpstream { _ in [.send(plainResponse), .close] }
        try await withUpstream(upstream) { client in
            for number in 0..<200 {
                let error = await client.failure(of: post("b"))
                #expect(error == nil, "request \(number)")
                #expect(await upstream.waitUntil { $0.open == 0 })
            }
            #expect(client.statistics().connects == 200)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: x , CLOSE\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: closed\r\n", true),
        ("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close\r\n", false),
        ("HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK\r\n", true),
        ("HTTP/1.0 200 OK\r\n", false),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", true),
    ])
    func theConnectionFieldDecidesAboutTheNextRequest(head: String, isReused: Bool) async throws {
        // The upstream itself never closes.
        let upstream = try ScriptedUpstream { _ in [.send("\(head)Content-Length: 2\r\n\r\nhi")] }
        try await withUpstream(upstream) { client in
            for _ in 0..<2 { _ = try await client.send(get()) }
            #expect(upstream.received.map(\.connection) == (isReused ? [0, 0] : [0, 1]))
        }
    }

    @Test func requestsThatWaitUseTheConnectionsOfThoseBeforeThem() async throws {
        let upstream = try ScriptedUpstream { _ in [.send(plainResponse)] }
        try await withUpstream(upstream, configure: { $0.connections = 2 }) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { _ = try await client.send(get()) } }
                try await group.waitForAll()
            }
            #expect(upstream.mostOpen <= 2)
            #expect(client.statistics().connects <= 2)
        }
    }

    private final class Token {}

    private var configuration: UpstreamConfiguration {
        get throws {
            var configuration = try loopback(1)
            configuration.idle = .nanoseconds(10)
            configuration.maximumAge = .nanoseconds(100)
            return configuration
        }
    }

    @Test func theLastUsedIsUsedFirstAndOnlyAfterTheNextWait() throws {
        var idle = IdleConnections<Token>(try configuration)
        let (first, second) = (Token(), Token())
        #expect(idle.add(first, made: 0, now: 1) == 11)
        #expect(idle.take() == nil)
        idle.makeAllUsable()
        #expect(idle.add(second, made: 0, now: 95) == 100)
        #expect(idle.count == 2)
        #expect(idle.take() === first)
        idle.makeAllUsable()
        #expect(idle.take() === second)
        #expect(idle.count == 0)
    }

    @Test func theEndIsThatOfTheIdleTimeOrOfTheAge() throws {
        var idle = IdleConnections<Token>(try configuration)
        let (first, second) = (Token(), Token())
        #expect(idle.add(first, made: 0, now: 100) == nil)
        #expect(idle.add(first, made: 50, now: 100) == 110)
        idle.makeAllUsable()
        #expect(idle.add(second, made: 5, now: 102) == 105)
        #expect(idle.earliestEnd == 105)
        #expect(idle.removeExpired(now: 104).isEmpty)
        #expect(idle.removeExpired(now: 105).first === second)
        #expect(idle.earliestEnd == 110)
        idle.remove(first)
        #expect(idle.count == 0)
        #expect(idle.earliestEnd == .max)
    }
}

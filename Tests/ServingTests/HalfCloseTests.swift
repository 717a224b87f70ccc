import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// Callers that have finished sending and still read.
@Suite(.timeLimit(.minutes(1)))
struct HalfCloseTests {
    /// A responder that waits for `gate` on paths under `/slow`, and cancels as the gateway does.
    private static func responder(waitingFor gate: AsyncStream<Void>) -> TestResponder {
        let opened = Task { for await _ in gate {} }
        return TestResponder { request, _ in
            let path = request.head.path ?? ""
            guard path.hasPrefix("/slow") else { return .now(.text(path)) }
            return .later {
                await opened.value
                return Task.isCancelled ? .text("", status: .init(code: 499)) : .text(path)
            }
        }
    }

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" }

    private static func put(_ path: String) -> String {
        "PUT \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na"
    }

    @Test(arguments: [
        [get("/slow")], [put("/slow")], [get("/now")], [get("/now"), put("/slow")],
        [get("/slow1"), put("/slow2"), get("/now"), get("/slow3"), put("/end")],
    ])
    func eachWholeRequestGetsItsResponse(requests: [String]) async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let responder = Self.responder(waitingFor: gate)
        try await withServer(responder) { server in
            let (responses, end) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                // The last request is not whole, and gets no response.
                try connection.send(requests.joined() + "GET /part")
                connection.finishSending()
                // The end of the input arrives while a request is in work.
                let early = connection.read(within: .milliseconds(50))
                opener.finish()
                let (bytes, end) = early.end == .deadline ? connection.read() : ([], early.end)
                return (RawResponse.parse(early.bytes + bytes), end)
            }
            #expect(responses.map(\.status) == requests.map { _ in 200 })
            #expect(responses.map(\.text) == responder.requests.compactMap(\.head.path))
            #expect(end == .closed)
            try await eventually("no connection is open") { server.statistics().open == 0 }
        }
    }

    @Test func theLastResponseClosesTheConnection() async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        try await withServer(Self.responder(waitingFor: gate)) { server in
            let responses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(Self.get("/slow1") + Self.get("/slow2"))
                connection.finishSending()
                _ = connection.read(within: .milliseconds(50))
                opener.finish()
                return RawResponse.parse(connection.read().bytes)
            }
            #expect(responses.map { $0["connection"] } == [nil, "close"])
        }
    }

    /// A caller that has closed both halves looks the same, until the response fails.
    @Test func aConnectionThatTheCallerClosedEndsWithItsResponse() async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let responder = Self.responder(waitingFor: gate)
        try await withServer(responder) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(Self.get("/slow1") + Self.get("/slow2"))
                try blockUntil("a request is in work") { server.statistics().active == 1 }
                connection.close()
                opener.finish()
                try blockUntil("no connection is open") { server.statistics().open == 0 }
            }
            #expect(server.statistics().active == 0)
        }
    }
}

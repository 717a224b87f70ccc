import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// A server seen from a socket.
@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    private func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    }

    /// Sends a text; returns all final responses and the way in which the reading ended.
    private func converse(
        _ server: HTTPServer,
        _ text: String,
        responses: Int? = nil,
        pieces: Int? = nil,
        methods: [String] = []
    ) async throws -> (responses: [RawResponse], end: RawConnection.End) {
        let port = server.boundPort
        return try await offPool {
            let connection = try RawConnection(port: port)
            try connection.send(text, pieces: pieces)
            let (bytes, end) = connection.read(responses: responses, methods: methods)
            return (RawResponse.parse(bytes, methods: methods).filter(\.isFinal), end)
        }
    }

    @Test func responsesKeepTheOrderOfRequestsAndTheConnectionStaysOpen() async throws {
        let responder = TestResponder { request, caller in
            .now(.text("\(request.head.path ?? "") \(caller.address)"))
        }
        try await withServer(responder) { server in
            let (responses, end) = try await converse(server, get("/1") + get("/2") + get("/3"), responses: 3)
            #expect(responses.map(\.text) == ["/1 127.0.0.1", "/2 127.0.0.1", "/3 127.0.0.1"])
            #expect(end == .enough)
            #expect(responses.allSatisfy { $0["date"]?.hasSuffix(" GMT") == true && $0["connection"] == nil })
            #expect(server.boundAddress == "127.0.0.1:\(server.boundPort)")
        }
    }

    @Test func pipelinedResponsesKeepTheirOrderHoweverLongTheyTake() async throws {
        let inWork = Mutex((now: 0, most: 0))
        let responder = TestResponder { request, _ in
            let path = request.head.path ?? ""
            guard path.hasPrefix("/slow") else { return .now(.text(path)) }
            return .later {
                inWork.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                for _ in 0..<20 { await Task.yield() }
                inWork.withLock { $0.now -= 1 }
                return .text(path)
            }
        }
        let paths = (0..<60).map { $0.isMultiple(of: 3) ? "/slow\($0)" : "/\($0)" }
        try await withServer(responder) { server in
            let text = paths.map { get($0) }.joined()
            for pieces in [nil, 7] {
                let (responses, _) = try await converse(server, text, responses: paths.count, pieces: pieces)
                #expect(responses.map(\.text) == paths)
            }
            #expect(inWork.withLock { $0.most } == 1)
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "close", .closed),
            ("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, CLOSE\r\n\r\n", "close", .closed),
            ("GET / HTTP/1.0\r\n\r\n", "close", .closed),
            ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive", .deadline),
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", nil, .deadline),
        ] as [(String, String?, RawConnection.End)]
    )
    func aConnectionStaysOpenOnlyWhereBothSidesWantIt(
        text: String,
        connection: String?,
        expected: RawConnection.End
    ) async throws {
        try await withServer(TestResponder()) { server in
            let port = server.boundPort
            let (bytes, end) = try await offPool {
                let connection = try RawConnection(port: port)
                try connection.send(text)
                return connection.read(within: .milliseconds(300))
            }
            #expect(RawResponse.parse(bytes).map { $0["connection"] } == [connection])
            #expect(end == expected)
        }
    }

    @Test func noRequestAfterAClosingOneGetsAResponse() async throws {
        let responder = TestResponder()
        try await withServer(responder) { server in
            let (responses, end) = try await converse(server, get("/1", "Connection: close\r\n") + get("/2"))
            #expect(responses.count == 1)
            #expect(end == .closed)
            #expect(responder.requests.count == 1)
        }
    }

    @Test func headAndEmptyStatusesHaveNoBody() async throws {
        let responder = TestResponder { request, _ in
            .now(.text("body", status: .init(code: Int(request.head.path?.dropFirst() ?? "") ?? 200)))
        }
        try await withServer(responder) { server in
            let text =
                "HEAD /200 HTTP/1.1\r\nHost: h\r\n\r\n" + get("/204") + get("/304") + get("/199")
                + get("/200")
            let methods = ["HEAD", "GET", "GET", "GET", "GET"]
            let (responses, _) = try await converse(server, text, responses: 5, methods: methods)
            #expect(responses.map(\.status) == [200, 204, 304, 500, 200])
            #expect(responses.map { $0["content-length"] } == ["4", nil, nil, "0", "4"])
            #expect(responses.map(\.text) == ["", "", "", "", "body"])
        }
    }

    @Test func aCallerThatExpectsContinueGetsIt() async throws {
        let responder = TestResponder { request, _ in .now(.text("\(request.body.count)")) }
        try await withServer(responder) { server in
            let port = server.boundPort
            let (interim, responses) = try await offPool {
                let connection = try RawConnection(port: port)
                try connection.send(
                    "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n"
                )
                var interim: [UInt8] = []
                while !interim.contains(10), interim.count < 100 {
                    let (bytes, end) = connection.read(within: .milliseconds(100))
                    interim += bytes
                    if end != .deadline { break }
                }
                return (interim, try connection.roundTrip("abc"))
            }
            #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(responses.map(\.text) == ["3"])
        }
    }

    @Test func aBodyThatWillBeRefusedGetsNoContinue() async throws {
        let responder = TestResponder()
        try await withServer(responder) { server in
            let head = "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n"
            let port = server.boundPort
            let bytes = try await offPool {
                let connection = try RawConnection(port: port)
                try connection.send(head)
                return connection.read().bytes
            }
            #expect(RawResponse.parse(bytes).map(\.status) == [413])
            #expect(responder.requests.isEmpty)
            #expect(server.statistics().refused == [.bodyTooLarge: 1])
        }
    }

    @Test func aCallerThatIsStillSendingReadsAnEarlyRefusal() async throws {
        try await withServer(TestResponder()) { server in
            let port = server.boundPort
            for _ in 0..<5 {
                let (bytes, end) = try await offPool {
                    let connection = try RawConnection(port: port)
                    try connection.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 6000000\r\n\r\n")
                    try connection.send([UInt8](repeating: 97, count: 6_000_000))
                    return connection.read()
                }
                #expect(RawResponse.parse(bytes).map(\.status) == [413])
                #expect(end == .closed)
            }
        }
    }

    @Test func aResetCancelsItsTaskAndNoOther() async throws {
        let cancelled = AsyncStream<String>.makeStream()
        let started = AsyncStream<Void>.makeStream()
        let responder = TestResponder { request, _ in
            .later {
                started.continuation.yield()
                await withTaskCancellationHandler {
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                } onCancel: {
                    cancelled.continuation.yield(request.head.path ?? "")
                }
                return .text("late")
            }
        }
        try await withServer(responder) { server in
            let port = server.boundPort
            let requests = [("/1", get("/1")), ("/2", get("/2")), ("/half", get("/half"))]
            var starts = started.stream.makeAsyncIterator()
            var cancels = cancelled.stream.makeAsyncIterator()
            for (path, text) in requests {
                let shared = try await offPool {
                    let connection = Mutex<RawConnection?>(try RawConnection(port: port))
                    try connection.withLock { try $0?.send(text) }
                    return SharedConnection(connection)
                }
                await starts.next()
                #expect(server.statistics().active == 1)
                shared.connection.withLock { connection in
                    // A half-close alone cancels nothing.
                    if path == "/half" { connection?.finishSending() }
                    connection?.reset()
                }
                #expect(await cancels.next() == path)
                shared.connection.withLock { $0 = nil }
                try await eventually("no connection is active") { server.statistics().active == 0 }
            }
        }
    }

    @Test(arguments: [(0, false), (10, false), (40, true), (0, true), (100_000, false)])
    func aResponseCanBeCutToInjectAFault(bytes: Int, reset: Bool) async throws {
        let responder = TestResponder { _, _ in
            .now(.text(String(repeating: "x", count: 100), delivery: .cut(bytes: bytes, reset: reset)))
        }
        try await withServer(responder) { server in
            let port = server.boundPort
            let text = get("/")
            let (received, end) = try await offPool {
                let connection = try RawConnection(port: port)
                try connection.send(text)
                return connection.read()
            }
            #expect(reset ? received.count <= bytes : received.count == min(bytes, received.count))
            if bytes > 1000 { #expect(RawResponse.parse(received).count == 1) }
            #expect(end == (reset ? .reset : .closed))
        }
    }

    @Test func framingFieldsOfAResponderAreLeftOut() async throws {
        let responder = TestResponder { _, _ in
            var fields = HTTPFields()
            fields[.contentLength] = "99"
            fields[.transferEncoding] = "chunked"
            fields[.connection] = "upgrade"
            fields[.date] = "then"
            return .now(
                OutgoingResponse(Response(head: HTTPResponse(status: .ok, headerFields: fields), body: [65]))
            )
        }
        try await withServer(responder) { server in
            let (responses, _) = try await converse(server, get("/"), responses: 1)
            let response = try #require(responses.first)
            #expect(response.head == "HTTP/1.1 200 OK\r\nDate: then\r\ncontent-length: 1")
        }
    }

    @Test func theRefusalOfAMalformedRequestComesAfterEarlierResponses() async throws {
        let responder = TestResponder { request, _ in
            .later {
                await Task.yield()
                return .text(request.head.path ?? "")
            }
        }
        try await withServer(responder) { server in
            let text = get("/1") + "GET / HTTP/1.1\r\nHost : h\r\n\r\n" + get("/2")
            let (responses, end) = try await converse(server, text)
            #expect(responses.map(\.text) == ["/1", "malformed"])
            #expect(responses.last?["connection"] == "close")
            #expect(end == .closed)
            #expect(responder.requests.count == 1)
        }
    }
}

/// A connection that several threads use, one after another.
final class SharedConnection: Sendable {
    let connection: Mutex<RawConnection?>

    init(_ connection: consuming sending Mutex<RawConnection?>) { self.connection = connection }
}

import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// The fetches of a test: they end when it says so.
private final class TestFetch: Sendable {
    let name: String
    let wakes = Mutex<[@Sendable () -> Void]>([])

    init(_ name: String) { self.name = name }

    /// The number of event loops that wait for it.
    var waits: Int { wakes.withLock { $0.count } }

    func end() {
        for wake in wakes.withLock({ $0 }) { wake() }
    }
}

/// A request that waits for a fetch.
private final class TestParkedRequest: ParkedRequest {
    let fetch: TestFetch
    let responded: @Sendable () -> Void

    init(_ fetch: TestFetch, _ responded: @escaping @Sendable () -> Void) {
        self.fetch = fetch
        self.responded = responded
    }

    var awaited: any Sendable & AnyObject { fetch }

    func whenReady(_ wake: @escaping @Sendable () -> Void) { fetch.wakes.withLock { $0.append(wake) } }

    func respond(into response: inout ResponseBuffer) -> Bool {
        guard response.writeFast(OutgoingResponse.text(fetch.name).response) else { return false }
        responded()
        return true
    }

    func respond(to request: Request) -> PendingResponse { .now(.text("regular")) }

    func abandon() {}
}

/// A responder that parks all plain GETs: those of one path wait for one fetch.
private final class ParkingResponder: Responder {
    let fetches = Mutex<[String: TestFetch]>([:])
    /// The values of `X-Request-Id` of the requests that were responded to.
    let order = Mutex<[String]>([])

    func respond(to request: Request, from caller: Caller) -> PendingResponse { .now(.text("regular")) }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .badRequest))
    }

    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        let id = request.requestID?.text ?? ""
        return TestParkedRequest(fetch(request.target.text)) { self.order.withLock { $0.append(id) } }
    }

    func fetch(_ path: String) -> TestFetch {
        fetches.withLock { fetches in
            let fetch = fetches[path] ?? TestFetch(path)
            fetches[path] = fetch
            return fetch
        }
    }
}

/// Parks a request on each of so many new connections, in order.
private func parked(_ count: Int, _ path: String, _ server: HTTPServer) throws -> [RawConnection] {
    let before = server.statistics().active
    return try (0..<count).map { number in
        let connection = try RawConnection(port: server.boundPort)
        try connection.send("GET \(path) HTTP/1.1\r\nHost: h\r\nX-Request-Id: \(number)\r\n\r\n")
        try blockUntil("\(number + 1) requests wait") { server.statistics().active == before + number + 1 }
        return connection
    }
}

private func text(_ connection: RawConnection) -> String? {
    RawResponse.parse(connection.read(responses: 1, within: .seconds(60)).bytes).first?.text
}

/// Requests that wait on their connections for the fetches of others.
@Suite(.timeLimit(.minutes(5))) struct ParkedConnectionsTests {
    @Test func anEventLoopIsWokenOnceForAllRequestsOfAFetch() async throws {
        let responder = ParkingResponder()
        try await withServer(responder, workers: 1) { server in
            try await offPool {
                let (some, others) = (try parked(100, "/a", server), try parked(2, "/b", server))
                #expect(responder.fetch("/a").waits == 1 && responder.fetch("/b").waits == 1)
                responder.fetch("/a").end()
                #expect(some.map(text) == Array(repeating: "/a", count: 100))
                #expect(responder.order.withLock { $0 } == (0..<100).map { "\($0)" })
                #expect(server.statistics().active == 2)
                responder.fetch("/b").end()
                #expect(others.map(text) == ["/b", "/b"])
            }
        }
    }

    @Test func theOthersWaitOnWhenTheFirstHangsUp() async throws {
        let responder = ParkingResponder()
        try await withServer(responder, workers: 1) { server in
            try await offPool {
                let all = try parked(10, "/a", server)
                for connection in all.prefix(6) { connection.reset() }
                try blockUntil("four requests wait") { server.statistics().active == 4 }
                #expect(responder.fetch("/a").waits == 1)
                responder.fetch("/a").end()
                #expect(all.dropFirst(6).map(text) == Array(repeating: "/a", count: 4))
                #expect(responder.order.withLock { $0 } == ["6", "7", "8", "9"])
            }
        }
    }

    @Test func aFetchThatHasEndedIsWaitedForAgain() async throws {
        let responder = ParkingResponder()
        try await withServer(responder, workers: 1) { server in
            try await offPool {
                for round in 1...2 {
                    let connection = try #require(try parked(1, "/a", server).first)
                    #expect(responder.fetch("/a").waits == round)
                    responder.fetch("/a").end()
                    #expect(text(connection) == "/a")
                }
            }
        }
    }
}

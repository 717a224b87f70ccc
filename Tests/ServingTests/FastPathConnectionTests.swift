import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// A responder that serves paths under `/fast` on the fast path, takes those under `/plain` and `/slow-plain` over, and
/// serves all others on the regular path.
private final class FastPathResponder: Responder {
    /// The number of requests served on the fast path.
    let fastPath = Mutex(0)
    /// The paths of the requests served on the regular path.
    let regularPath = Mutex<[String]>([])
    /// The paths of the plain GETs that it took over.
    let plain = Mutex<[String]>([])
    let body: [UInt8]

    init(body: String = "") { self.body = [UInt8](body.utf8) }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        let path = request.head.path ?? ""
        regularPath.withLock { $0.append(path) }
        return pendingResponse(to: path)
    }

    func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse? {
        let path = request.target.text
        guard path.contains("plain") else { return nil }
        plain.withLock { $0.append(path) }
        return pendingResponse(to: path)
    }

    private func pendingResponse(to path: String) -> PendingResponse {
        guard path.hasPrefix("/slow") else {
            return .now(.text(path + String(decoding: body, as: UTF8.self)))
        }
        return .later {
            for _ in 0..<20 { await Task.yield() }
            return .text(path)
        }
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .badRequest))
    }

    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        let path = request.target.text
        let whole = Response(head: HTTPResponse(status: .ok), body: [UInt8](path.utf8) + body)
        guard path.hasPrefix("/fast"), let prepared = PreparedResponse(whole) else { return false }
        fastPath.withLock { $0 += 1 }
        response.begin()
        response.finish(prepared)
        return true
    }
}

private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
}

/// The fast path of a connection: the order, the bounds and the end are those of the regular path.
struct FastPathConnectionTests {
    @Test(arguments: [nil, 1, 2, 7, 100])
    func responsesOfBothPathsKeepTheOrderOfRequestsHoweverTheseAreCut(pieces: Int?) async throws {
        let responder = FastPathResponder()
        let paths = (0..<60).map { number in
            switch number % 6 {
            case 0: "/slow\(number)"
            case 1: "/regular\(number)"
            case 2: "/plain\(number)"
            case 4: "/slow-plain\(number)"
            default: "/fast\(number)"
            }
        }
        try await withServer(responder) { server in
            let responses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(paths.map { get($0) }.joined(), pieces: pieces)
                return RawResponse.parse(connection.read(responses: paths.count, within: .seconds(60)).bytes)
            }
            #expect(responses.map(\.text) == paths)
        }
        // A request of the fast path that comes in two pieces takes the regular path.
        let (fastPath, regularPath) = (
            responder.fastPath.withLock { $0 }, responder.regularPath.withLock { $0 }
        )
        let plain = responder.plain.withLock { $0 }
        #expect(fastPath + regularPath.count + plain.count == paths.count)
        #expect(pieces == nil ? fastPath > 10 && plain.count > 10 : fastPath <= 20 && plain.count <= 20)
    }

    @Test func aRequestThatComesInPiecesTakesTheRegularPath() async throws {
        let responder = FastPathResponder()
        try await withServer(responder) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let text = get("/fast")
                try connection.send(String(text.prefix(20)))
                // The server has the first piece once it has responded on a connection that came later.
                for _ in 0..<3 {
                    let other = try RawConnection(port: server.boundPort)
                    _ = try other.roundTrip(get("/regular"), within: .seconds(60))
                }
                let responses = try connection.roundTrip(String(text.dropFirst(20)))
                #expect(responses.map(\.text) == ["/fast"])
                #expect(try connection.roundTrip(get("/fast2")).map(\.text) == ["/fast2"])
            }
        }
        #expect(responder.fastPath.withLock { $0 } >= 1)
    }

    @Test func theBytesAreThoseOfTheRegularPath() async throws {
        let responder = FastPathResponder(body: "x")
        try await withServer(responder) { server in
            let (fastPath, regularPath) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let fastPath = try connection.roundTrip(get("/fast"), within: .seconds(60))
                return (fastPath, try connection.roundTrip(get("/fast", "X-Other: 1\r\n")))
            }
            let undated = { (response: RawResponse) in
                response.head.split(separator: "\r\n").map { $0.hasPrefix("date: ") ? "date" : $0 }
            }
            #expect(fastPath.map(undated) == regularPath.map(undated))
            #expect(fastPath.map(\.body) == regularPath.map(\.body))
        }
        #expect(responder.fastPath.withLock { $0 } == 1)
        #expect(responder.regularPath.withLock { $0 } == ["/fast"])
    }

    @Test func aPlainGetThatIsTakenOverGetsTheBytesOfTheRegularPath() async throws {
        let responder = FastPathResponder(body: "x")
        try await withServer(responder) { server in
            let (plain, regularPath) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let plain = try connection.roundTrip(get("/plain"), within: .seconds(60))
                return (plain, try connection.roundTrip(get("/plain", "X-Other: 1\r\n")))
            }
            let undated = { (response: RawResponse) in
                response.head.split(separator: "\r\n").map { $0.hasPrefix("date: ") ? "date" : $0 }
            }
            #expect(plain.map(undated) == regularPath.map(undated))
            #expect(plain.map(\.body) == regularPath.map(\.body))
        }
        #expect(responder.plain.withLock { $0 } == ["/plain"])
        #expect(responder.regularPath.withLock { $0 } == ["/plain"])
    }

    @Test func aPlainGetIsInWorkUntilItsResponseAndIsTheLastOneOfADrain() async throws {
        let responder = FastPathResponder()
        try await withServer(responder) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                for number in 0..<20 {
                    try connection.send(get("/slow-plain\(number)"))
                    let response = connection.read(responses: 1, within: .seconds(60)).bytes
                    #expect(RawResponse.parse(response).map(\.text) == ["/slow-plain\(number)"])
                }
                try blockUntil("no request is in work") { server.statistics().active == 0 }
                let drain = Task { await server.drain(timeout: .seconds(5)) }
                defer { drain.cancel() }
                try blockUntil("the server refuses connections") {
                    (try? RawConnection(port: server.boundPort)) == nil
                }
                let last = try connection.roundTrip(get("/plain"), within: .seconds(60)).first
                #expect(last?["connection"] == "close")
            }
        }
        #expect(responder.plain.withLock { $0.count } == 20)
    }

    @Test func aCallerThatReadsSlowlyGetsAllResponses() async throws {
        let responder = FastPathResponder(body: String(repeating: "b", count: 50_000))
        let paths = (0..<400).map { $0 % 50 == 49 ? "/regular\($0)" : "/fast\($0)" }
        try await withServer(responder) { server in
            let responses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let text = paths.dropLast().map { get($0) }.joined()
                try connection.send(text + get(paths[399], "Connection: close\r\n"))
                // 20 MB are more than the buffers of the sockets, so the server has to stop and go on.
                return RawResponse.parse(connection.read(within: .seconds(60)).bytes)
            }
            #expect(responses.map { $0.text.prefix { $0 != "b" } } == paths.map { $0[...] })
        }
    }

    @Test func aCallerThatReadsNothingIsCut() async throws {
        let responder = FastPathResponder(body: String(repeating: "b", count: 4 << 20))
        var timeouts = ServerTimeouts()
        timeouts.writeStall = .milliseconds(200)
        try await withServer(responder, timeouts: timeouts) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                connection.limitReceiveBuffer(4096)
                try connection.send((0..<20).map { get("/fast\($0)") }.joined())
                try blockUntil("a connection has stalled", within: .seconds(60)) {
                    server.statistics().stalled > 0
                }
                #expect(server.statistics().stalled == 1)
                #expect(server.statistics().active == 0)
            }
        }
    }

    @Test func whileDrainingAFastPathRequestIsTheLastOne() async throws {
        let responder = FastPathResponder()
        var timeouts = ServerTimeouts()
        timeouts.drainIdle = .seconds(60)
        try await withServer(responder, timeouts: timeouts) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                #expect(
                    try connection.roundTrip(get("/fast"), within: .seconds(60)).first?["connection"] == nil
                )
                let drain = Task { await server.drain(timeout: .seconds(5)) }
                defer { drain.cancel() }
                // New connections are refused as soon as the server drains.
                try blockUntil("the server refuses connections") {
                    (try? RawConnection(port: server.boundPort)) == nil
                }
                #expect(
                    try connection.roundTrip(get("/fast"), within: .seconds(60)).first?["connection"]
                        == "close"
                )
            }
        }
    }
}

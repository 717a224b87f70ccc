import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// A responder that is full, and has time for a given number of rejections.
///
/// It serves `/hit`, sheds other plain GETs while it is full, and rejects all requests that are decoded.
private final class FullResponder: Responder {
    struct State {
        var isFull = true
        var timeLeft = 0
        var shed: [String] = []
        var decoded: [String] = []
    }

    let state = Mutex(State())

    var isFull: Bool { state.withLock { $0.isFull } }

    func hasTimeForRejections(now: Int64) -> Bool { state.withLock { $0.timeLeft > 0 } }

    func rejectionTook(_ time: Int64, now: Int64) { state.withLock { $0.timeLeft = max(0, $0.timeLeft - 1) } }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        state.withLock { $0.decoded.append(request.head.path ?? "") }
        var outgoing = OutgoingResponse.text("decoded", status: .tooManyRequests)
        outgoing.rejection = .later
        return .now(outgoing)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .badRequest))
    }

    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        request.target.text == "/hit" && response.writeFast(OutgoingResponse.text("hit").response)
    }

    func shed(_ request: FastPathRequest, from caller: Caller, into response: inout ResponseBuffer) -> Bool {
        let shed = OutgoingResponse.text("shed", status: .serviceUnavailable).response
        guard isFull, response.writeFast(shed) else { return false }
        state.withLock { $0.shed.append(request.target.text) }
        return true
    }
}

/// Timeouts in which no request waits for too long on a busy machine.
private var patient: ServerTimeouts {
    var timeouts = ServerTimeouts()
    (timeouts.rejection, timeouts.silent, timeouts.head) = (.seconds(300), .seconds(300), .seconds(300))
    // The event loop of a test is idle.
    timeouts.promptTimer = .zero
    return timeouts
}

private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n" }

private func post(_ path: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
}

/// Sends a request on each of so many new connections, each after the one before it waits.
private func postponed(_ count: Int, _ server: HTTPServer) throws -> [RawConnection] {
    try (0..<count).map { number in
        let connection = try RawConnection(port: server.boundPort)
        try connection.send(get("/\(number)"))
        try blockUntil("\(number + 1) requests wait") { server.statistics().active == number + 1 }
        return connection
    }
}

private func statuses(_ connection: RawConnection, _ count: Int = 1) -> [Int] {
    RawResponse.parse(connection.read(responses: count, within: .seconds(60)).bytes).map(\.status)
}

/// Connections that are left unread, since their requests would be rejected.
@Suite(.timeLimit(.minutes(5))) struct PostponedConnectionsTests {
    @Test func anIdleEventLoopRejectsWithoutATimeOfItsOwn() async throws {
        let responder = FullResponder()
        var timeouts = patient
        timeouts.promptTimer = .seconds(60)
        try await withServer(responder, timeouts: timeouts, workers: 1) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(get("/0") + get("/1"))
                #expect(statuses(connection, 2) == [503, 503])
            }
        }
    }

    @Test func withoutTimeRejectionsWaitInOrderAndHitsGoOn() async throws {
        let responder = FullResponder()
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let waiting = try postponed(3, server)
                let other = try RawConnection(port: server.boundPort)
                #expect(try other.roundTrip(get("/hit"), within: .seconds(60)).map(\.text) == ["hit"])
                #expect(responder.state.withLock { $0.shed.isEmpty })
                for number in 0..<3 {
                    responder.state.withLock { $0.timeLeft = 1 }
                    #expect(statuses(waiting[number]) == [503])
                    // The time is spent after the write, so the response may be here first.
                    try blockUntil("the time is spent") { responder.state.withLock { $0.timeLeft == 0 } }
                    #expect(responder.state.withLock { $0.shed } == (0...number).map { "/\($0)" })
                }
                #expect(server.statistics().active == 0)
                // A connection that waited is served as any other.
                #expect(try waiting[0].roundTrip(get("/hit"), within: .seconds(60)).map(\.text) == ["hit"])
            }
        }
    }

    @Test func aConnectionThatWaitsIsLeftUnread() async throws {
        let responder = FullResponder()
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let connection = try #require(try postponed(1, server).first)
                // More than the buffers of both sockets.
                let flood = [UInt8](repeating: 0x41, count: 64 << 20)
                #expect(throws: RawConnection.Failure.self) {
                    try connection.send(flood, within: .milliseconds(300))
                }
                responder.state.withLock { $0.timeLeft = 1 }
                #expect(statuses(connection).first == 503)
            }
        }
    }

    @Test(arguments: [true, false])
    func requestsThatCameTogetherWaitBehindThoseOfOthers(arePlain: Bool) async throws {
        let responder = FullResponder()
        let request = arePlain ? get : post
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let connections = try (0..<2).map { number in
                    let connection = try RawConnection(port: server.boundPort)
                    try connection.send((0..<3).map { request("/\(number)\($0)") }.joined())
                    try blockUntil("\(number + 1) requests wait") {
                        server.statistics().active == number + 1
                    }
                    return connection
                }
                // The first one of each connection is decoded before it is known that there is no time.
                for _ in 0..<(arePlain ? 6 : 4) {
                    responder.state.withLock { $0.timeLeft = 1 }
                    try blockUntil("a request is rejected") { responder.state.withLock { $0.timeLeft == 0 } }
                }
                let order = responder.state.withLock { $0.shed + $0.decoded }
                for connection in connections {
                    #expect(statuses(connection, 3) == Array(repeating: arePlain ? 503 : 429, count: 3))
                }
                #expect(order == ["/00", "/10", "/01", "/11", "/02", "/12"])
            }
        }
    }

    @Test func aFreeSlotGoesToTheOneThatCameFirst() async throws {
        let responder = FullResponder()
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let waiting = try postponed(2, server)
                responder.state.withLock { $0.isFull = false }
                for connection in waiting { #expect(statuses(connection) == [429]) }
                #expect(responder.state.withLock { $0.decoded } == ["/0", "/1"])
                #expect(responder.state.withLock { $0.shed.isEmpty })
            }
        }
    }

    @Test func noRequestWaitsForever() async throws {
        let responder = FullResponder()
        var timeouts = patient
        timeouts.rejection = .seconds(1)
        try await withServer(responder, timeouts: timeouts, workers: 1) { server in
            try await offPool {
                let waiting = try postponed(2, server)
                for connection in waiting { #expect(statuses(connection) == [503]) }
                #expect(responder.state.withLock { $0.shed } == ["/0", "/1"])
            }
        }
    }

    @Test func afterARejectionOfADecodedRequestTheConnectionIsLeftUnread() async throws {
        let responder = FullResponder()
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                #expect(try connection.roundTrip(post("/1"), within: .seconds(60)).map(\.status) == [429])
                try connection.send(post("/2"))
                let other = try RawConnection(port: server.boundPort)
                for _ in 0..<3 {
                    #expect(try other.roundTrip(get("/hit"), within: .seconds(60)).map(\.text) == ["hit"])
                }
                #expect(responder.state.withLock { $0.decoded } == ["/1"])
                responder.state.withLock { $0.timeLeft = 1 }
                #expect(statuses(connection) == [429])
                #expect(responder.state.withLock { $0.decoded } == ["/1", "/2"])
            }
        }
    }

    @Test func aCallerThatHangsUpWhileItWaitsIsForgotten() async throws {
        let responder = FullResponder()
        try await withServer(responder, timeouts: patient, workers: 1) { server in
            try await offPool {
                let waiting = try postponed(3, server)
                waiting[0].reset()
                waiting[1].finishSending()
                try blockUntil("two requests wait") { server.statistics().active == 2 }
                responder.state.withLock { $0.timeLeft = 2 }
                #expect(statuses(waiting[2]) == [503])
                #expect(statuses(waiting[1]) == [429], "its last response, which the regular path makes")
                try blockUntil("two connections are closed") { server.statistics().open <= 1 }
                #expect(server.statistics().active == 0)
            }
        }
    }
}

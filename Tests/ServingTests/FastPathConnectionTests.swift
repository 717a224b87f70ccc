import Foundation
import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// Answers what begins with `/fastPath` from its bytes, at once, and all else the long way.
private final class FastPathResponder: Responder {
    let fastPath = Mutex(0)
    let long = Mutex<[String]>([])
    let body: [UInt8]

    init(body: String = "") { self.body = [UInt8](body.utf8) }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        let path = request.head.path ?? ""
        long.withLock { $0.append(path) }
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

    func respond(to request: FastPathRequest, from caller: Caller, into answer: inout ResponseBuffer) -> Bool
    {
        let path = request.target.text
        let reply = Response(head: HTTPResponse(status: .ok), body: [UInt8](path.utf8) + body)
        guard path.hasPrefix("/hot"), let prepared = PreparedResponse(reply) else { return false }
        fastPath.withLock { $0 += 1 }
        answer.begin()
        answer.finish(prepared)
        return true
    }
}

private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
}

/// What a connection makes of hot requests: the order, the bounds and the end are those of the long way.
struct FastPathConnectionTests {
    @Test(arguments: [nil, 1, 2, 7, 100])
    func hotAndColdRequestsAreAnsweredInTheirOrderHoweverTheyAreCut(pieces: Int?) async throws {
        let responder = FastPathResponder()
        let paths = (0..<60).map { number in
            switch number % 5 {
            case 0: "/slow\(number)"
            case 1: "/cold\(number)"
            default: "/hot\(number)"
            }
        }
        try await withServer(responder) { server in
            let answers = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(paths.map { get($0) }.joined(), pieces: pieces)
                return RawResponse.parse(connection.read(answers: paths.count, within: .seconds(60)).bytes)
            }
            #expect(answers.map(\.text) == paths)
        }
        // A hot request that is cut goes the long way.
        let (fastPath, long) = (responder.fastPath.withLock { $0 }, responder.long.withLock { $0 })
        #expect(fastPath + long.count == paths.count)
        #expect(pieces == nil ? fastPath > 20 : fastPath <= 36)
    }

    @Test func aHotRequestThatComesInPiecesIsAnsweredTheLongWay() async throws {
        let responder = FastPathResponder()
        try await withServer(responder) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let text = get("/hot")
                try connection.send(String(text.prefix(20)))
                // The server has the first piece when it has answered another connection that came after it.
                for _ in 0..<3 {
                    let other = try RawConnection(port: server.boundPort)
                    _ = try other.exchange(get("/cold"), within: .seconds(60))
                }
                let answers = try connection.exchange(String(text.dropFirst(20)))
                #expect(answers.map(\.text) == ["/hot"])
                #expect(try connection.exchange(get("/hot2")).map(\.text) == ["/hot2"])
            }
        }
        #expect(responder.fastPath.withLock { $0 } >= 1)
    }

    @Test func theBytesAreThoseOfTheLongWay() async throws {
        let responder = FastPathResponder(body: "x")
        try await withServer(responder) { server in
            let (fastPath, long) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let fastPath = try connection.exchange(get("/hot"), within: .seconds(60))
                return (fastPath, try connection.exchange(get("/hot", "X-Other: 1\r\n")))
            }
            let undated = { (answer: RawResponse) in
                answer.head.split(separator: "\r\n").map { $0.hasPrefix("date: ") ? "date" : $0 }
            }
            #expect(fastPath.map(undated) == long.map(undated))
            #expect(fastPath.map(\.body) == long.map(\.body))
        }
        #expect(responder.fastPath.withLock { $0 } == 1)
        #expect(responder.long.withLock { $0 } == ["/hot"])
    }

    @Test func aClientThatTakesItsAnswersSlowlyGetsThemAll() async throws {
        let responder = FastPathResponder(body: String(repeating: "b", count: 50_000))
        let paths = (0..<400).map { $0 % 50 == 49 ? "/cold\($0)" : "/hot\($0)" }
        try await withServer(responder) { server in
            let answers = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let text = paths.dropLast().map { get($0) }.joined()
                try connection.send(text + get(paths[399], "Connection: close\r\n"))
                // 20 MB are more than the sockets hold, so the server has to stop and go on.
                return RawResponse.parse(connection.read(within: .seconds(60)).bytes)
            }
            #expect(answers.map { $0.text.prefix { $0 != "b" } } == paths.map { $0[...] })
        }
    }

    @Test func aClientThatTakesNothingIsCutOff() async throws {
        let responder = FastPathResponder(body: String(repeating: "b", count: 4 << 20))
        var timeouts = ServerTimeouts()
        timeouts.writeStall = .milliseconds(200)
        try await withServer(responder, timeouts: timeouts) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                connection.limitReceiveBuffer(4096)
                try connection.send((0..<20).map { get("/hot\($0)") }.joined())
                let end = ContinuousClock.now + .seconds(60)
                while server.statistics().stalled == 0, ContinuousClock.now < end {
                    Thread.sleep(forTimeInterval: 0.01)
                }
                #expect(server.statistics().stalled == 1)
                #expect(server.statistics().active == 0)
            }
        }
    }

    @Test func whileDrainingAHotRequestIsTheLastOne() async throws {
        let responder = FastPathResponder()
        var timeouts = ServerTimeouts()
        timeouts.drainIdle = .seconds(60)
        try await withServer(responder, timeouts: timeouts) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                #expect(
                    try connection.exchange(get("/hot"), within: .seconds(60)).first?["connection"] == nil
                )
                let drain = Task { await server.drain(timeout: .seconds(5)) }
                defer { drain.cancel() }
                // New connections are refused from the moment at which the server drains.
                let end = ContinuousClock.now + .seconds(30)
                while (try? RawConnection(port: server.boundPort)) != nil, ContinuousClock.now < end {}
                #expect(
                    try connection.exchange(get("/hot"), within: .seconds(60)).first?["connection"] == "close"
                )
            }
        }
    }
}

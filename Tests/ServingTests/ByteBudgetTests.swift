import HTTPTypes
import Messages
import Serving
import Synchronization
import TestSupport
import Testing

/// The bound on the bytes of request bodies and unsent responses together.
struct ByteBudgetTests {
    private static let body = [UInt8](repeating: UInt8(ascii: "b"), count: 1 << 20)
    private static let post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n"
    private static let small = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func limits(_ bytes: Int?) -> ServerLimits {
        var limits = ServerLimits()
        limits.bytes = bytes
        return limits
    }

    /// Responds with a body that this connection alone holds, or with a shared one.
    private static func large(shared: Bool, replaceable: Bool = true) -> TestResponder {
        let sharedBody = SharedBody(body)
        return TestResponder { request, _ in
            if request.head.method == .post { return .now(.text("ok")) }
            let head = HTTPResponse(status: .ok)
            var outgoing =
                shared
                ? OutgoingResponse(Response(head: head), sharedBody: sharedBody)
                : OutgoingResponse(Response(head: head, body: body))
            outgoing.isReplaceable = replaceable
            return .now(outgoing)
        }
    }

    @Test func aBodyWithoutRoomIsRefusedBeforeItIsRead() async throws {
        let responder = TestResponder()
        try await withServer(responder, limits: Self.limits(100_000)) { server in
            let (first, refused, small, again) = try await offPool {
                let first = try RawConnection(port: server.boundPort)
                try first.send(Self.post + String(repeating: "a", count: 1000))
                try blockUntil("the body is charged") { server.statistics().bytes == 65_536 }
                let second = try RawConnection(port: server.boundPort)
                try second.send(Self.post)
                let refused = RawResponse.parse(second.read().bytes).map(\.status)
                let small = try RawConnection(port: server.boundPort).roundTrip(Self.small).map(\.status)
                let rest = try first.roundTrip(String(repeating: "a", count: 64_536)).map(\.status)
                try blockUntil("the charge is released") { server.statistics().bytes == 0 }
                let body = String(repeating: "a", count: 65_536)
                let again = try RawConnection(port: server.boundPort).roundTrip(Self.post + body).map(
                    \.status
                )
                return (rest, refused, small, again)
            }
            #expect(first == [200])
            #expect(refused == [503])
            #expect(small == [200])
            #expect(again == [200])
            #expect(server.statistics().refused == [.outOfBytes: 1])
        }
    }

    @Test func aChunkedBodyIsChargedAsItComes() async throws {
        try await withServer(TestResponder(), limits: Self.limits(100_000)) { server in
            let statuses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "c350\r\n" + String(repeating: "a", count: 50_000) + "\r\n"
                try connection.send(chunk)
                try blockUntil("a chunk is charged") { server.statistics().bytes == 50_000 }
                try connection.send(chunk + chunk)
                let statuses = RawResponse.parse(connection.read().bytes).map(\.status)
                try blockUntil("the charge is released") { server.statistics().bytes == 0 }
                return statuses
            }
            #expect(statuses == [503])
            #expect(server.statistics().refused == [.outOfBytes: 1])
        }
    }

    @Test func aCallerThatHangsUpReleasesItsBody() async throws {
        try await withServer(TestResponder(), limits: Self.limits(100_000)) { server in
            try await offPool {
                for _ in 0..<3 {
                    let connection = try RawConnection(port: server.boundPort)
                    try connection.send(Self.post)
                    try blockUntil("the body is charged") { server.statistics().bytes == 65_536 }
                    connection.reset()
                    try blockUntil("the charge is released") { server.statistics().bytes == 0 }
                }
            }
        }
    }

    /// The task of a write goes on after its caller has hung up, and so does the charge of its body.
    @Test func aRequestThatGoesOnHoldsTheChargeOfItsBody() async throws {
        let (release, releaser) = AsyncStream<Void>.makeStream()
        let gate = Task.detached { for await _ in release {} }
        let responder = TestResponder { _, _ in
            .later {
                await gate.value
                return .text("ok")
            }
        }
        try await withServer(responder, limits: Self.limits(100_000)) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(Self.post + String(repeating: "a", count: 65_536))
                try blockUntil("the request is in work") { server.statistics().active == 1 }
                connection.reset()
                try blockUntil("the connection is closed") { server.statistics().open == 0 }
                #expect(server.statistics().bytes == 65_536)
                releaser.finish()
                try blockUntil("the charge is released") { server.statistics().bytes == 0 }
            }
        }
    }

    @Test func aResponseWithoutRoomIsReplacedByA503() async throws {
        try await withServer(Self.large(shared: false), limits: Self.limits(3 << 19)) { server in
            let (statuses, again) = try await offPool {
                let slow = try RawConnection(port: server.boundPort)
                slow.limitReceiveBuffer(4096)
                try slow.send(Self.get + Self.get + Self.get + Self.get)
                // Larger than what the system takes: at least one response of the four waits.
                var held: [RawConnection] = []
                var seen = 0
                try blockUntil("a response waits") {
                    // A charge is also there for a moment while a response is written at once.
                    seen = server.statistics().bytes >= 1 << 20 ? seen + 1 : 0
                    if seen > 0 { return seen == 20 }
                    if let more = try? RawConnection(port: server.boundPort) {
                        more.limitReceiveBuffer(4096)
                        try? more.send(String(repeating: Self.get, count: 16))
                        held.append(more)
                    }
                    return false
                }
                let statuses = try RawConnection(port: server.boundPort).roundTrip(Self.get).map(\.status)
                slow.reset()
                for connection in held { connection.reset() }
                try blockUntil("the charges are released") { server.statistics().bytes == 0 }
                let again = try RawConnection(port: server.boundPort).roundTrip(Self.get).map(\.status)
                return (statuses, again)
            }
            #expect(statuses == [503])
            #expect(again == [200])
            #expect(server.statistics().refused[.outOfBytes, default: 0] >= 1)
        }
    }

    @Test func theResponseToAWriteIsNeverReplaced() async throws {
        let responder = Self.large(shared: false, replaceable: false)
        try await withServer(responder, limits: Self.limits(1000)) { server in
            let statuses = try await offPool {
                try RawConnection(port: server.boundPort).roundTrip(Self.get).map(\.status)
            }
            #expect(statuses == [200])
            try await offPool { try blockUntil("the charge is released") { server.statistics().bytes == 0 } }
        }
    }

    @Test func aSharedBodyIsWholeAndCostsNothing() async throws {
        try await withServer(Self.large(shared: true), limits: Self.limits(1000)) { server in
            let (responses, head) = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                let responses = try connection.roundTrip(Self.get + Self.get, responses: 2)
                let head = try RawConnection(port: server.boundPort)
                try head.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                return (responses, String(decoding: head.read().bytes, as: UTF8.self))
            }
            #expect(responses.map(\.status) == [200, 200])
            #expect(responses.map(\.body) == [Self.body, Self.body])
            #expect(head.contains("content-length: 1048576"))
            #expect(head.hasSuffix("\r\n\r\n"))
            #expect(server.statistics().bytes == 0)
        }
    }

    @Test func withoutABoundNothingIsCharged() async throws {
        try await withServer(Self.large(shared: false)) { server in
            let statuses = try await offPool {
                try RawConnection(port: server.boundPort).roundTrip(Self.get).map(\.status)
            }
            #expect(statuses == [200])
            #expect(server.statistics().bytes == 0)
        }
    }
}

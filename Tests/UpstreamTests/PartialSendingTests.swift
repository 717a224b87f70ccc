import HTTPTypes
import Messages
import TestSupport
import Testing

@testable import Upstream

/// Requests that do not fit into the buffers of a socket at once, and the bytes of a request.
@Suite struct PartialSendingTests {
    /// A body that is larger than the buffers of both sockets, and whose bytes tell their places.
    private static let body = [UInt8]((0..<12_000_000).map { UInt8(truncatingIfNeeded: $0 % 251) })

    private func large(_ path: String = "/a") -> Request {
        var request = post("", path)
        request.body = Self.body
        return request
    }

    @Test func theRestOfARequestIsSentWhenThereIsRoom() async throws {
        let upstream = try ScriptedUpstream(greeting: [.pause(milliseconds: 300)]) { _ in
            [.send(plainResponse)]
        }
        try await withUpstream(upstream) { client in
            for _ in 0..<2 { _ = try await client.send(large()) }
            _ = try await client.send(get("/next"))
            #expect(upstream.received.map(\.body.count) == [Self.body.count, Self.body.count, 0])
            #expect(upstream.received.first?.body == Self.body)
            #expect(upstream.received.map(\.connection) == [0, 0, 0])
        }
    }

    @Test func othersAreServedWhileARequestWaitsForRoom() async throws {
        let gate = Gate()
        let upstream = try ScriptedUpstream(readsBodies: false) { received in
            received.requestLine.hasPrefix("POST")
                ? [
                    .wait(gate), .send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"),
                    .pause(milliseconds: 50), .close,
                ]
                : [.send(plainResponse)]
        }
        try await withUpstream(upstream) { client in
            async let blocked = client.send(large())
            #expect(await upstream.waitUntil { $0.received.count == 1 })
            for _ in 0..<20 { _ = try await client.send(get()) }
            gate.open()
            #expect(try await blocked.head.status.code == 413)
        }
    }

    @Test func aRequestThatFindsNoRoomTimesOut() async throws {
        let upstream = try ScriptedUpstream(readsBodies: false) { _ in [.pause(milliseconds: 3000), .close] }
        try await withUpstream(upstream, configure: { $0.firstByte = .milliseconds(200) }) { client in
            let error = await client.failure(of: large())
            #expect(error?.cause == .timeoutFirstByte)
            #expect(error?.phase == .sent)
        }
    }

    @Test func anErrorBeforeTheEndOfTheRequestIsDeliveredAtOnce() async throws {
        let upstream = try ScriptedUpstream(readsBodies: false) { _ in
            [.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"), .pause(milliseconds: 5000), .close]
        }
        try await withUpstream(upstream) { client in
            let start = ContinuousClock.now
            let response = try await client.send(large())
            #expect(response.head.status.code == 400)
            #expect(ContinuousClock.now - start < .seconds(4))
            #expect(client.statistics().openConnections == 0)
        }
    }

    @Test func theBytesOfARequestAreItsHeadAndItsBody() {
        func bytes(_ request: WireRequest) -> String {
            var output: [UInt8] = []
            request.append(to: &output, host: "h:1")
            return String(decoding: output, as: UTF8.self)
        }
        #expect(
            bytes(WireRequest(.get, target: [UInt8]("/a".utf8), host: nil))
                == "GET /a HTTP/1.1\r\nHost: h:1\r\n\r\n"
        )
        var request = WireRequest(.post, target: [UInt8]("/".utf8), host: "x", body: [UInt8]("{}".utf8))
        request.fields.append("A", "b")
        request.fields.append("C", "")
        #expect(bytes(request) == "POST / HTTP/1.1\r\nHost: x\r\nA: b\r\nC: \r\nContent-Length: 2\r\n\r\n{}")
        let delete = WireRequest(.delete, target: [UInt8]("/".utf8), host: "x")
        #expect(bytes(delete) == "DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    }

    private static let responses = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nT: a\r\n\r\n",
    ]

    @Test(arguments: responses) func aResponseIsTheSameHoweverItIsCut(text: String) throws {
        let bytes = [UInt8](text.utf8)
        let limits = ReceivedResponse.Limits(head: 200, fields: 5, body: 5)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var response = ReceivedResponse(isHead: false, limits: limits)
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    #expect(!response.isWhole || piece.isEmpty)
                    try response.consume([UInt8](piece).span)
                }
                #expect(response.isPersistent && !response.hasExcess)
                #expect(try response.finished().body == [UInt8]("hello".utf8))
            }
        }
    }

    @Test(arguments: ["SMTP ready", "HTTP/2 200", "\0", "\r", "http/1.1"])
    func theStartOfALineThatIsNoStatusLineIsRefused(text: String) {
        var response = ReceivedResponse(isHead: false, limits: .init(head: 200, fields: 5, body: 5))
        #expect(throws: ResponseFault.self) { try response.consume([UInt8](text.utf8).span) }
    }
}

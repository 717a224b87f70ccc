import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// Responses that come while the request's body is still being sent.
@Suite struct EarlyResponseTests {
    private static let tooLarge =
        "HTTP/1.1 413 Content Too Large\r\nContent-Length: 12\r\n\r\n{\"a\":\"late\"}"
    private static let success = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    private static let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    /// A body that fills the buffers of the sockets several times.
    private static let body = String(repeating: "x", count: 8 << 20)

    /// Runs the closure with an upstream that responds to the head of a large request, and then resets.
    ///
    /// A pause comes before the reset: bytes that are not read by then would be lost with it.
    private func withEarly(
        _ response: String,
        then end: [ScriptedUpstream.Step] = [.pause(milliseconds: 50), .reset],
        _ body: (UpstreamClient, ScriptedUpstream) async throws -> Void
    ) async throws {
        let upstream = try ScriptedUpstream(readsBodies: false) { received in
            received.values("content-length") == ["\(Self.body.utf8.count)"]
                ? [.send(response)] + end : [.send(plainResponse)]
        }
        try await withUpstream(upstream) { try await body($0, upstream) }
    }

    @Test(arguments: [tooLarge, success, chunked])
    func aWholeResponseIsDeliveredAlthoughTheServerResets(response: String) async throws {
        try await withEarly(response) { client, upstream in
            let delivered = try await client.send(post(Self.body))
            #expect(delivered.head.status.code == (response == Self.tooLarge ? 413 : 200))
            #expect(!delivered.body.isEmpty)
            _ = try await client.send(get())
            #expect(upstream.received.map(\.connection) == [0, 1], "the connection is not used again")
        }
    }

    @Test(arguments: [tooLarge, success, chunked])
    func aResponseThatIsCutOneByteShortIsAnError(response: String) async throws {
        try await withEarly(String(response.dropLast())) { client, upstream in
            let error = await client.failure(of: post(Self.body))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .partlyReceived)
            #expect(upstream.received.count == 1)
        }
    }

    @Test func aWholeResponseIsDeliveredAtTheDeadline() async throws {
        try await withEarly(Self.success, then: [.pause(milliseconds: 2000), .reset]) { client, upstream in
            let response = try await client.send(post(Self.body), deadline: .milliseconds(300))
            #expect(response.body == [UInt8]("hi".utf8))
            _ = try await client.send(get())
            #expect(upstream.received.map(\.connection) == [0, 1])
        }
    }
}

import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// A good response that is cut off after any of its bytes is never accepted.
@Suite struct CutTests {
    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"a\":[1,2,3]}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n3\r\nyou\r\n0\r\nT: a\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    ]

    /// Checks new and reused connections.
    @Test(arguments: responses, [false, true])
    func aResponseThatIsCutOffIsAnError(response: String, reused: Bool) async throws {
        let bytes = [UInt8](response.utf8)
        let firstLine = try #require(bytes.firstIndex(of: 0x0A))
        let upstream = try ScriptedUpstream { received in
            if received.requestLine.hasPrefix("GET /warm") { return [.send(plainResponse)] }
            let count = received.body.count
            return [
                .send([UInt8](bytes.prefix(count))), received.values("x-reset").isEmpty ? .close : .reset,
            ]
        }
        try await withUpstream(upstream) { client in
            for count in 1..<bytes.count {
                if reused { _ = try await client.send(get("/warm")) }
                let error = await client.failure(of: post(String(repeating: "x", count: count), "/cut"))
                let shown = "cut after \(count) of \(response)"
                #expect(error?.kind == .cut, "\(shown)")
                #expect(error?.phase == (count > firstLine ? .partlyReceived : .sent), "\(shown)")
            }
            let before = upstream.received.count
            let whole = try await client.send(post(String(repeating: "x", count: bytes.count), "/cut"))
            #expect((200...304).contains(whole.head.status.code))
            let cuts = upstream.received.filter { $0.requestLine.contains("/cut") }.map(\.body.count)
            #expect(cuts == Array(1...bytes.count), "each was sent once")
            #expect(upstream.received.count == before + 1)
        }
    }

    @Test func aResponseWithoutAByteIsAnError() async throws {
        try await withUpstream(try ScriptedUpstream { _ in [.close] }) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
        }
    }

    @Test func aResponseThatIsResetIsAnError() async throws {
        let upstream = try ScriptedUpstream { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell"), .pause(milliseconds: 20), .reset]
        }
        try await withUpstream(upstream) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .partlyReceived)
        }
    }

    @Test(arguments: responses)
    func aResponseInSingleBytesIsTheSame(response: String) async throws {
        let upstream = try ScriptedUpstream { _ in [.drip([UInt8](response.utf8), milliseconds: 0)] }
        try await withUpstream(upstream) { client in
            let dripped = try await client.send(get())
            #expect((200...304).contains(dripped.head.status.code))
        }
    }
}

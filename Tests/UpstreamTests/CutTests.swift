import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// A good answer, cut off after each of its bytes, is never taken for an answer.
@Suite struct CutTests {
    static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"a\":[1,2,3]}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n3\r\nyou\r\n0\r\nT: a\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    ]

    /// Whether the connection is fresh or kept makes libcurl take different ways.
    @Test(arguments: answers, [false, true])
    func anAnswerThatIsCutOffIsAnError(answer: String, kept: Bool) async throws {
        let bytes = [UInt8](answer.utf8)
        let firstLine = try #require(bytes.firstIndex(of: 0x0A))
        let origin = try ScriptedUpstream { received in
            if received.requestLine.hasPrefix("GET /warm") { return [.send(plainAnswer)] }
            let count = received.body.count
            return [
                .send([UInt8](bytes.prefix(count))), received.values("x-reset").isEmpty ? .close : .reset,
            ]
        }
        try await withUpstream(origin) { client in
            for count in 1..<bytes.count {
                if kept { _ = try await client.send(get("/warm")) }
                let error = await client.failure(of: post(String(repeating: "x", count: count), "/cut"))
                let shown = "cut after \(count) of \(answer)"
                #expect(error?.kind == .cut, "\(shown)")
                #expect(error?.phase == (count > firstLine ? .partlyReceived : .sent), "\(shown)")
            }
            let before = origin.received.count
            let whole = try await client.send(post(String(repeating: "x", count: bytes.count), "/cut"))
            #expect((200...304).contains(whole.head.status.code))
            let cuts = origin.received.filter { $0.requestLine.contains("/cut") }.map(\.body.count)
            #expect(cuts == Array(1...bytes.count), "each was sent once")
            #expect(origin.received.count == before + 1)
        }
    }

    @Test func anAnswerWithoutAByteIsAnError() async throws {
        try await withUpstream(try ScriptedUpstream { _ in [.close] }) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .sent)
        }
    }

    @Test func anAnswerThatIsResetIsAnError() async throws {
        let origin = try ScriptedUpstream { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell"), .pause(milliseconds: 20), .reset]
        }
        try await withUpstream(origin) { client in
            let error = await client.failure(of: post("b"))
            #expect(error?.kind == .cut)
            #expect(error?.phase == .partlyReceived)
        }
    }

    @Test(arguments: answers)
    func anAnswerInSingleBytesIsTheSame(answer: String) async throws {
        let origin = try ScriptedUpstream { _ in [.drip([UInt8](answer.utf8), milliseconds: 0)] }
        try await withUpstream(origin) { client in
            let dripped = try await client.send(get())
            #expect((200...304).contains(dripped.head.status.code))
        }
    }
}

import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// The requests on the wire, and their responses.
@Suite struct SendingTests {
    @Test func aResponseComesBackWholeWithItsFields() async throws {
        let text =
            "HTTP/1.1 404 Nope\r\nX-A:  one \r\nx-a: two\r\nContent-Type: t/x\r\nContent-Length: 3\r\n\r\nabc"
        try await withUpstream(try ScriptedUpstream(response: text)) { client in
            let response = try await client.send(get())
            #expect(response.head.status.code == 404)
            #expect(response.head.headerFields[.contentType] == "t/x")
            #expect(response.head.headerFields.map(\.value) == ["one", "two", "t/x", "3"])
            #expect(response.body == [UInt8]("abc".utf8))
        }
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            for _ in 0..<5 { _ = try await client.send(get()) }
            #expect(upstream.received.map(\.connection) == [0, 0, 0, 0, 0])
            #expect(
                client.statistics()
                    == UpstreamStatistics(openConnections: 1, connects: 1, inFlight: 0, queued: 0)
            )
        }
    }

    @Test func nothingIsSentBeyondTheRequest() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            _ = try await client.send(get("/x?y=%2F"))
            _ = try await client.send(post("body"))
            _ = try await client.send(post(""))
            _ = try await client.send(post("", method: .delete))
            _ = try await client.send(post("b", method: .put))
            let host = "Host: 127.0.0.1:\(upstream.port)\r\n"
            #expect(
                upstream.received.map(\.head) == [
                    "GET /x?y=%2F HTTP/1.1\r\n\(host)\r\n",
                    "POST /a HTTP/1.1\r\n\(host)Content-Length: 4\r\n\r\n",
                    "POST /a HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
                    "DELETE /a HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
                    "PUT /a HTTP/1.1\r\n\(host)Content-Length: 1\r\n\r\n",
                ]
            )
            #expect(
                upstream.received.map { String(decoding: $0.body, as: UTF8.self) } == [
                    "", "body", "", "", "b",
                ]
            )
        }
    }

    @Test func theFieldsOfARequestAreSentAsTheyAreExceptTheFraming() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            var request = post("{}")
            request.head.authority = "cognito-sync.us-east-1.amazonaws.com"
            request.head.headerFields = [
                .contentType: "application/json", .accept: "*/*", .userAgent: "x", .authorization: "AWS4 a=b",
                .contentLength: "99", .transferEncoding: "chunked", .expect: "100-continue",
                .connection: "close",
            ]
            if let empty = HTTPField.Name("X-Empty") { request.head.headerFields[empty] = "" }
            _ = try await client.send(request)
            let received = try #require(upstream.received.first)
            #expect(received.values("host") == ["cognito-sync.us-east-1.amazonaws.com"])
            #expect(received.values("content-type") == ["application/json"])
            #expect(received.values("accept") == ["*/*"])
            #expect(received.values("user-agent") == ["x"])
            #expect(received.values("authorization") == ["AWS4 a=b"])
            #expect(received.values("x-empty") == [""])
            #expect(received.values("content-length") == ["2"])
            #expect(received.values("transfer-encoding") == [])
            #expect(received.values("expect") == [])
            #expect(received.values("connection") == [])
        }
    }

    @Test(
        arguments: [
            "/a/b/../c", "/a/..", "/..", "/./a/.", "/a/%2e%2E/b", "//a//b", "/a?b=../c", "/%3A:",
            "/a;b=c?x&y=%", "/?",
        ]
    )
    func thePathIsSentAsItWasGiven(path: String) async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            _ = try await client.send(get(path))
            #expect(upstream.received.first?.requestLine == "GET \(path) HTTP/1.1")
        }
    }

    @Test(arguments: ["", "a", "*", "http://h/", "/a b", "/a\tb", "/\u{e9}"])
    func anInvalidTargetIsNeverSent(path: String) async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            let error = await client.failure(of: get(path))
            #expect(error?.phase == .notSent)
            #expect(error?.kind == .malformed)
            #expect(upstream.accepted == 0)
        }
    }

    @Test func aLargeBodyIsSentAtOnceAndWhole() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            let body = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            var request = post("")
            request.body = body
            _ = try await client.send(request)
            #expect(upstream.received.first?.body == body)
            #expect(upstream.received.first?.values("expect") == [])
        }
    }

    @Test func aRedirectIsReturnedAndNotFollowed() async throws {
        let upstream = try ScriptedUpstream(
            response: "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(upstream) { client in
            let response = try await client.send(get())
            #expect(response.head.status.code == 302)
            #expect(upstream.received.count == 1)
        }
    }

    @Test func anAuthenticationChallengeIsReturnedAndNotMet() async throws {
        let upstream = try ScriptedUpstream(
            response: "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(upstream) { client in
            let response = try await client.send(post("b"))
            #expect(response.head.status.code == 401)
            #expect(upstream.received.count == 1)
        }
    }

    @Test func cookiesAreNotStored() async throws {
        let upstream = try ScriptedUpstream(
            response: "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(upstream) { client in
            for _ in 0..<2 { _ = try await client.send(get()) }
            #expect(upstream.received.flatMap { $0.values("cookie") } == [])
        }
    }

    @Test func aHandleThatHadABodyBeforeSendsNoneWithAGet() async throws {
        let upstream = try ScriptedUpstream(response: plainResponse)
        try await withUpstream(upstream) { client in
            for request in [post("b"), get(), post("c"), post("", method: .delete), get()] {
                _ = try await client.send(request)
            }
            let heads = upstream.received.map { $0.requestLine + " " + $0.values("content-length").joined() }
            #expect(
                heads == [
                    "POST /a HTTP/1.1 1", "GET /a HTTP/1.1 ", "POST /a HTTP/1.1 1", "DELETE /a HTTP/1.1 0",
                    "GET /a HTTP/1.1 ",
                ]
            )
        }
    }

    @Test func aResponseToHeadHasNoBody() async throws {
        let upstream = try ScriptedUpstream(response: "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
        try await withUpstream(upstream) { client in
            let request = Request(head: HTTPRequest(method: .head, scheme: nil, authority: nil, path: "/a"))
            let first = try await client.send(request)
            #expect(first.body == [])
            let second = try await client.send(request)
            #expect(second.head.headerFields[.contentLength] == "7")
        }
    }
}

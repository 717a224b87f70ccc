import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// What goes out on the wire, and that answers come back.
@Suite struct SendingTests {
    @Test func anAnswerComesBackWholeWithItsFields() async throws {
        let text =
            "HTTP/1.1 404 Nope\r\nX-A:  one \r\nx-a: two\r\nContent-Type: t/x\r\nContent-Length: 3\r\n\r\nabc"
        try await withUpstream(try ScriptedUpstream(answer: text)) { client in
            let response = try await client.send(get())
            #expect(response.head.status.code == 404)
            #expect(response.head.headerFields[.contentType] == "t/x")
            #expect(response.head.headerFields.map(\.value) == ["one", "two", "t/x", "3"])
            #expect(response.body == [UInt8]("abc".utf8))
        }
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            for _ in 0..<5 { _ = try await client.send(get()) }
            #expect(origin.received.map(\.connection) == [0, 0, 0, 0, 0])
            #expect(
                client.statistics()
                    == UpstreamStatistics(openConnections: 1, connects: 1, inFlight: 0, queued: 0)
            )
        }
    }

    @Test func nothingIsSentThatWasNotAskedFor() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            _ = try await client.send(get("/x?y=%2F"))
            _ = try await client.send(post("body"))
            _ = try await client.send(post(""))
            _ = try await client.send(post("", method: .delete))
            _ = try await client.send(post("b", method: .put))
            let host = "Host: 127.0.0.1:\(origin.port)\r\n"
            #expect(
                origin.received.map(\.head) == [
                    "GET /x?y=%2F HTTP/1.1\r\n\(host)\r\n",
                    "POST /a HTTP/1.1\r\n\(host)Content-Length: 4\r\n\r\n",
                    "POST /a HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
                    "DELETE /a HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
                    "PUT /a HTTP/1.1\r\n\(host)Content-Length: 1\r\n\r\n",
                ]
            )
            #expect(
                origin.received.map { String(decoding: $0.body, as: UTF8.self) } == ["", "body", "", "", "b"]
            )
        }
    }

    @Test func theFieldsOfARequestGoOutAsTheyAreAndTheFramingIsOurs() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            var request = post("{}")
            request.head.authority = "cognito-sync.us-east-1.amazonaws.com"
            request.head.headerFields = [
                .contentType: "application/json", .accept: "*/*", .userAgent: "x", .authorization: "AWS4 a=b",
                .contentLength: "99", .transferEncoding: "chunked", .expect: "100-continue",
                .connection: "close",
            ]
            if let empty = HTTPField.Name("X-Empty") { request.head.headerFields[empty] = "" }
            _ = try await client.send(request)
            let received = try #require(origin.received.first)
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
    func thePathIsOnTheWireAsItWasGiven(path: String) async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            _ = try await client.send(get(path))
            #expect(origin.received.first?.requestLine == "GET \(path) HTTP/1.1")
        }
    }

    @Test(arguments: ["", "a", "*", "http://h/", "/a b", "/a\tb", "/\u{e9}"])
    func aTargetThatCannotBeOneIsNeverSent(path: String) async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            let error = await client.failure(of: get(path))
            #expect(error?.phase == .notSent)
            #expect(error?.kind == .malformed)
            #expect(origin.accepted == 0)
        }
    }

    @Test func aLargeBodyGoesOutAtOnceAndWhole() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            let body = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            var request = post("")
            request.body = body
            _ = try await client.send(request)
            #expect(origin.received.first?.body == body)
            #expect(origin.received.first?.values("expect") == [])
        }
    }

    @Test func aRedirectIsGivenBackAndNotFollowed() async throws {
        let origin = try ScriptedUpstream(
            answer: "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(origin) { client in
            let answer1 = try await client.send(get())
            #expect(answer1.head.status.code == 302)
            #expect(origin.received.count == 1)
        }
    }

    @Test func aCallForANameAndPasswordIsGivenBackAndNotAnswered() async throws {
        let origin = try ScriptedUpstream(
            answer: "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(origin) { client in
            let answer2 = try await client.send(post("b"))
            #expect(answer2.head.status.code == 401)
            #expect(origin.received.count == 1)
        }
    }

    @Test func cookiesAreNotKept() async throws {
        let origin = try ScriptedUpstream(
            answer: "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
        )
        try await withUpstream(origin) { client in
            for _ in 0..<2 { _ = try await client.send(get()) }
            #expect(origin.received.flatMap { $0.values("cookie") } == [])
        }
    }

    @Test func aHandleThatHadABodyBeforeSendsNoneWithAGet() async throws {
        let origin = try ScriptedUpstream(answer: plainAnswer)
        try await withUpstream(origin) { client in
            for request in [post("b"), get(), post("c"), post("", method: .delete), get()] {
                _ = try await client.send(request)
            }
            let heads = origin.received.map { $0.requestLine + " " + $0.values("content-length").joined() }
            #expect(
                heads == [
                    "POST /a HTTP/1.1 1", "GET /a HTTP/1.1 ", "POST /a HTTP/1.1 1", "DELETE /a HTTP/1.1 0",
                    "GET /a HTTP/1.1 ",
                ]
            )
        }
    }

    @Test func anAnswerToHeadHasNoBody() async throws {
        let origin = try ScriptedUpstream(answer: "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
        try await withUpstream(origin) { client in
            let request = Request(head: HTTPRequest(method: .head, scheme: nil, authority: nil, path: "/a"))
            let answer3 = try await client.send(request)
            #expect(answer3.body == [])
            let answer4 = try await client.send(request)
            #expect(answer4.head.headerFields[.contentLength] == "7")
        }
    }
}

import HTTPTypes
import Messages
import Serving
import Testing

/// The framing of well-formed and malformed requests.
struct RequestFramingTests {
    @Test func aRequestComesOutWholeWithItsEndToEndFieldsAlone() throws {
        let trace = FramingTrace(
            "POST /a?b=c HTTP/1.1\r\nHost: h:80\r\nX-One:  1 \r\nConnection: keep-alive, x-one\r\n"
                + "TE: trailers\r\nx-one:2\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: h\r\n\r\n"
        )
        #expect(trace.requests.count == 2)
        let request = try #require(trace.requests.first)
        #expect(request.head.method == .post)
        #expect(request.head.path == "/a?b=c")
        #expect(request.head.authority == "h:80")
        #expect(request.head.headerFields.map(\.name.rawName) == ["X-One", "x-one", "Content-Length"])
        #expect(request.head.headerFields.map(\.value) == ["1", "2", "3"])
        #expect(request.body == [UInt8]("abc".utf8))
        #expect(trace.refusal == nil)
        #expect(!trace.isUnfinished)
    }

    @Test func chunksAreJoinedAndTrailersDropped() {
        let trace = FramingTrace(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"
        )
        #expect(trace.requests.map(\.body) == [[UInt8]("abc0123456789".utf8)])
        #expect(trace.requests.first?.head.headerFields.isEmpty == true)
        #expect(trace.refusal == nil)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET /%2e%2e/a..b/...?../x HTTP/1.1\r\nhost:h\r\n\r\n",
        "DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: \u{e9}\t\"\r\nEmpty:\r\n\r\n",
    ])
    func wellFormedRequestsAreAccepted(text: String) {
        let trace = FramingTrace(text)
        #expect(trace.requests.count == 1)
        #expect(trace.refusal == nil)
        #expect(!trace.isUnfinished)
    }

    @Test(arguments: Malformed.heads)
    func aMalformedHeadIsRefusedHoweverItIsSplit(text: String, expected: Refusal) {
        let bytes = [UInt8](text.utf8) + [UInt8]("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let whole = FramingTrace(bytes)
        #expect(whole.refusal == expected)
        #expect(whole.requests.isEmpty)
        #expect(whole.isSameHoweverSplit(bytes))
    }

    @Test(arguments: Malformed.chunks)
    func malformedChunksAreRefusedHoweverTheyAreSplit(body: String, expected: Refusal) {
        let bytes = [UInt8](
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(body)GET / HTTP/1.1\r\n".utf8
        )
        let whole = FramingTrace(bytes)
        #expect(whole.refusal == expected)
        #expect(whole.requests.isEmpty)
        #expect(whole.isSameHoweverSplit(bytes))
    }
}

/// The malformed heads and bodies, each with its refusal.
enum Malformed {
    private static func fields(_ fields: String, _ refusal: Refusal = .malformed) -> (String, Refusal) {
        ("POST / HTTP/1.1\r\nHost: h\r\n\(fields)", refusal)
    }

    private static func line(_ line: String, _ refusal: Refusal = .malformed) -> (String, Refusal) {
        ("\(line)\r\nHost: h", refusal)
    }

    static let heads: [(String, Refusal)] = [
        line(" GET / HTTP/1.1"), line("GET  / HTTP/1.1"), line("GET / HTTP/1.1 "), line("GET /a b HTTP/1.1"),
        line("GET\t/ HTTP/1.1"), line("GET / http/1.1"), line("GET / HTTP/1.01"), line("GET /"), line("GET"),
        line("\r\n\r\nGET / HTTP/1.1"), line("\nGET / HTTP/1.1"), line("G(T / HTTP/1.1"),
        line("GET / HTTP/1.2", .versionNotSupported), line("GET / HTTP/2.0", .versionNotSupported),
        line("PRI * HTTP/2.0", .versionNotSupported), line("GET / HTTP/0.9", .versionNotSupported),
        line("CONNECT h:80 HTTP/1.1", .methodNotAllowed), line("TRACE / HTTP/1.1", .methodNotAllowed),
        line("get / HTTP/1.1", .methodNotAllowed), line("PATCH / HTTP/1.1", .methodNotAllowed),
        line("OPTIONS * HTTP/1.1", .badTarget),
        line("GET h:80 HTTP/1.1", .badTarget), line("GET /a#b HTTP/1.1", .badTarget),
        line("GET /\u{e9} HTTP/1.1", .badTarget), line("GET /a/../b HTTP/1.1", .badTarget),
        line("GET /.. HTTP/1.1", .badTarget), line("GET /a/. HTTP/1.1", .badTarget),
        line("GET /./?x HTTP/1.1", .badTarget), line("GET /\u{0} HTTP/1.1"), line("GET /\u{7f} HTTP/1.1"),
        ("GET / HTTP/1.1", .malformed), ("GET / HTTP/1.1\r\nHost:", .malformed),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a", .malformed), ("GET / HTTP/1.1\r\nHost: a, b", .malformed),
        ("GET / HTTP/1.1\r\nHost: u@h", .malformed), ("GET / HTTP/1.1\r\nHost: h/", .malformed),
        ("GET / HTTP/1.1\r\nHost: h:8x", .malformed),
        ("GET / HTTP/1.1\r\nHost: [::1", .malformed), ("GET / HTTP/1.1\nHost: h", .malformed),
        fields("A: b\n c: d"), fields("A: b\rc: d"), fields("A: b\r\r\nC: d"), fields("A : b"),
        fields(" A: b"),
        fields("A: b\r\n fold"), fields("A: b\r\n\tfold: x"), fields(": b"), fields("novalue"),
        fields("A\u{e9}: b"), fields("A: \u{0}"), fields("A: \u{1b}"), fields("A\u{b}: b"), fields("A(: b"),
        fields("Content-Length: +3"), fields("Content-Length: -1"), fields("Content-Length: 3 3"),
        fields("Content-Length: 3,3"), fields("Content-Length: 0x3"), fields("Content-Length:"),
        fields("Content-Length: 3\r\nContent-Length: 3"), fields("Content-Length: 99999999999999999999"),
        fields("Content-Length: 4194305", .bodyTooLarge),
        fields("Content-Length: 3\r\nTransfer-Encoding: chunked"),
        fields("Transfer-Encoding: chunked\r\nContent-Length: 3"),
        fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        fields("Transfer-Encoding: gzip, Chunked", .unknownTransferCoding),
        fields("Transfer-Encoding: identity", .unknownTransferCoding),
        fields("Transfer-Encoding: gzip;q=1", .unknownTransferCoding),
        fields("Transfer-Encoding: chunked, gzip"), fields("Transfer-Encoding: chunked, chunked"),
        fields("Transfer-Encoding: gzip, deflate"), fields("Transfer-Encoding: chunked, gzip, chunked"),
        fields("Transfer-Encoding: chunked;a=b"), fields("Transfer-Encoding: \"chunked\""),
        fields("Transfer-Encoding: chunked,"), fields("Transfer-Encoding: ,chunked"),
        fields("Transfer-Encoding: xchunked chunked"),
        fields("Transfer-Encoding:"), fields("Transfer-Encoding : chunked"),
        fields("Connection: a b"),
        fields("Expect: 200-ok\r\nContent-Length: 3", .expectationFailed),
        fields("Expect: 100-continue, x", .expectationFailed),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked", .malformed),
        ("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1", .unexpectedBody),
        ("HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 5", .unexpectedBody),
    ]

    static let chunks: [(String, Refusal)] = [
        ("\r\n", .malformed), (" 3\r\nabc\r\n", .malformed), ("3 \r\nabc\r\n", .malformed),
        ("3;a=b\r\nabc\r\n", .malformed), ("0x3\r\nabc\r\n", .malformed), ("+3\r\nabc\r\n", .malformed),
        ("-3\r\nabc\r\n", .malformed), ("3\nabc\r\n", .malformed), ("3\r\nabcd\r\n", .malformed),
        ("3\r\nabc\n0\r\n\r\n", .malformed), ("3\r\nabc0\r\n\r\n", .malformed), ("3\r\r\nabc", .malformed),
        ("000000003\r\nabc\r\n", .malformed), ("g\r\n", .malformed), ("ffffffffffffffff3\r\n", .malformed),
        ("400001\r\n", .bodyTooLarge), ("7fffffff\r\n", .bodyTooLarge), ("ffffffff\r\n", .bodyTooLarge),
        ("0\r\nA : b\r\n\r\n", .malformed), ("0\r\nA: b\n\r\n", .malformed),
        ("0\r\n a: b\r\n\r\n", .malformed),
        ("0\r\nContent-Length: 3\r\n\r\n", .malformed), ("0\r\nHost: x\r\n\r\n", .malformed),
        ("0\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed), ("0\r\nA: \u{0}\r\n\r\n", .malformed),
    ]
}

import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// Targets in absolute-form (RFC 9112 section 3.2.2).
@Suite(.timeLimit(.minutes(1)))
struct AbsoluteTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080/identitypools", "127.0.0.1:8080", "/identitypools"),
        ("https://gateway/a?b=c://d/../e", "gateway", "/a?b=c://d/../e"),
        ("HTTP://Gateway:/", "Gateway:", "/"), ("hTTps://[::1]:1/x", "[::1]:1", "/x"),
        ("http://gateway", "gateway", "/"), ("http://gateway?a=b", "gateway", "/?a=b"),
        ("http://gateway//a..b/", "gateway", "//a..b/"),
    ])
    func itsAuthorityTakesThePlaceOfHost(target: String, authority: String, path: String) throws {
        let text = "GET \(target) HTTP/1.1\r\nHost: other\r\n\r\n"
        let trace = FramingTrace(text)
        let request = try #require(trace.requests.first)
        #expect(request.head.authority == authority)
        #expect(request.head.path == path)
        #expect(trace.isSameHoweverSplit([UInt8](text.utf8)))
    }

    @Test(arguments: [
        "http://", "http:///a", "http:/a", "http:a", "http", "://h/", "ftp://h/", "httpss://h/", "ws://h/",
        "http://u@h/", "http://u:p@h/", "http://h:x/", "http://h:123456/", "http://[::1/", "http://h%41/",
        "http://h,i/", "http://h/../a", "http://h/a/.", "http://h/#a", "http://h#a", "http://h?#a",
        "http://h/\u{e9}", "http://h\u{e9}/", "http://h\\a", "//h/..", "*", "h:80", "mailto:a@b",
    ])
    func anotherTargetIsRefused(target: String) {
        for method in ["GET", "POST", "OPTIONS"] {
            let trace = FramingTrace("\(method) \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(trace.refusal == .badTarget)
            #expect(trace.requests.isEmpty)
        }
    }

    @Test func hostIsStillRequiredAndChecked() throws {
        for fields in ["", "Host: a b\r\n", "Host: a\r\nHost: a\r\n", "Host:\r\n"] {
            #expect(FramingTrace("GET http://h/ HTTP/1.1\r\n\(fields)\r\n").refusal == .malformed)
        }
        let old = FramingTrace("GET http://h/ HTTP/1.0\r\n\r\n")
        #expect(try #require(old.requests.first).head.authority == "h")
    }

    /// The second parser must read the same target.
    @Test func suchRequestsAreServed() async throws {
        let responder = TestResponder { request, _ in
            .now(.text("\(request.head.authority ?? "") \(request.head.path ?? "")"))
        }
        let targets = [
            "http://127.0.0.1:8080/identitypools", "https://g?a", "HTTP://g", "http://[::1]/x?y", "/z",
        ]
        let text = targets.map { "GET \($0) HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n" }.joined()
        try await withServer(responder) { server in
            let responses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                return try connection.roundTrip(text, responses: targets.count)
            }
            #expect(
                responses.map(\.text) == [
                    "127.0.0.1:8080 /identitypools", "g /?a", "g /", "[::1] /x?y", "127.0.0.1:8080 /z",
                ]
            )
        }
    }
}

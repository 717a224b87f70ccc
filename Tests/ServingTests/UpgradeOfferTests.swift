import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// Offers to upgrade, which are ignored (RFC 9110 section 7.8).
@Suite(.timeLimit(.minutes(1)))
struct UpgradeOfferTests {
    /// The offers of the JDK and curl, of Apache HttpClient, and of a browser.
    private static let offers = [
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n",
        "Upgrade: TLS/1.2\r\nConnection: Upgrade\r\n",
        "connection: keep-alive, upgrade\r\nUPGRADE: websocket\r\nupgrade: h2c\r\nSec-WebSocket-Version: 13\r\n",
    ]

    @Test(arguments: offers)
    func anOfferIsDroppedAndTheRequestIsRead(offer: String) throws {
        let text = "GET /a HTTP/1.1\r\nHost: h\r\n\(offer)X-One: 1\r\n\r\n"
        let trace = FramingTrace(text)
        let request = try #require(trace.requests.first)
        let names = request.head.headerFields.map(\.name.canonicalName)
        #expect(names.last == "x-one")
        #expect(!names.contains("upgrade") && !names.contains("http2-settings"))
        #expect(trace.refusal == nil)
        #expect(trace.isSameHoweverSplit([UInt8](text.utf8)))
    }

    /// The second parser would stop at an offer, and the next requests would be refused.
    @Test(arguments: offers, [nil, 1, 100])
    func requestsBehindAnOfferAreServed(offer: String, pieces: Int?) async throws {
        let responder = TestResponder { request, _ in
            .now(.text("\(request.head.path ?? "") \(request.body.count)"))
        }
        let text =
            "GET /1 HTTP/1.1\r\nHost: h\r\n\(offer)\r\n"
            + "POST /2 HTTP/1.1\r\nHost: h\r\n\(offer)Content-Length: 3\r\n\r\nabc"
            + "PUT /3 HTTP/1.1\r\nHost: h\r\n\(offer)Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
            + "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n"
        try await withServer(responder) { server in
            let responses = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(text, pieces: pieces)
                return RawResponse.parse(connection.read(responses: 4).bytes)
            }
            #expect(responses.map(\.text) == ["/1 0", "/2 3", "/3 1", "/4 0"])
            #expect(responses.allSatisfy { $0["connection"] == nil && $0["upgrade"] == nil })
            #expect(server.statistics().refused.isEmpty)
        }
    }

    @Test func noOtherNameInConnectionIsHonoured() throws {
        let trace = FramingTrace(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, X-One, Authorization\r\nUpgrade: h2c\r\n"
                + "X-One: 1\r\nAuthorization: a\r\n\r\n"
        )
        let names = try #require(trace.requests.first).head.headerFields.map(\.name.canonicalName)
        #expect(names == ["x-one", "authorization"])
    }
}

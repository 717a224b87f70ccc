import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// Bodies by method, and the names of transfer codings.
@Suite(.timeLimit(.minutes(1)))
struct BodyFramingTests {
    private static let dataset =
        "/identitypools/us-east-1:23ec4050-6aea-7089-a2dd-080020000001"
        + "/identities/us-east-1:23ec4050-6aea-7089-a2dd-080020000002/datasets/ds"

    /// Sends a request and a plain one behind it; returns the texts of the responses.
    private static func converse(_ text: String, pieces: Int? = nil) async throws -> [String] {
        let responder = TestResponder { request, _ in
            .now(.text("\(request.head.method.rawValue) \(String(decoding: request.body, as: UTF8.self))"))
        }
        return try await withServer(responder) { server in
            try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                try connection.send(text + "GET / HTTP/1.1\r\nHost: h\r\n\r\n", pieces: pieces)
                return RawResponse.parse(connection.read(responses: 2).bytes).map(\.text)
            }
        }
    }

    @Test(arguments: [
        ("GET", "/records", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("GET", "/records", "Transfer-Encoding: chunked\r\n\r\n000\r\nX-Sum: 1\r\n\r\n"),
        ("GET", "/records", "Content-Length: 0\r\n\r\n"),
        ("DELETE", "", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("DELETE", "", "Content-Length: 0\r\n\r\n"),
    ])
    func anEmptyBodyIsNoBody(method: String, path: String, rest: String) async throws {
        for pieces in [nil, 1] {
            let text = "\(method) \(Self.dataset)\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(rest)"
            #expect(try await Self.converse(text, pieces: pieces) == ["\(method) ", "GET "])
        }
    }

    @Test(arguments: [
        ("DELETE", "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "DELETE {}"),
        ("DELETE", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "DELETE {}"),
        ("POST", "Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "POST {}"),
        ("POST", "transfer-encoding: CHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "POST {}"),
    ])
    func aBodyIsReadAndHandedOn(method: String, rest: String, expected: String) async throws {
        let text = "\(method) \(Self.dataset) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(rest)"
        #expect(try await Self.converse(text) == [expected, "GET "])
    }

    @Test(
        arguments: ["GET", "HEAD"],
        ["Content-Length: 1\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1\r\n"]
    )
    func aBodyOnGetIsRefusedAtItsFirstByte(method: String, rest: String) {
        let bytes = [UInt8]("\(method) / HTTP/1.1\r\nHost: h\r\n\(rest)".utf8)
        let trace = FramingTrace(bytes)
        #expect(trace.refusal == .unexpectedBody)
        #expect(trace.requests.isEmpty)
        #expect(trace.isSameHoweverSplit(bytes))
    }

    @Test func theBodyOfADeleteHasTheLimitOfAnyBody() {
        var limits = ServerLimits()
        limits.body = 8
        let head = "DELETE / HTTP/1.1\r\nHost: h\r\n"
        #expect(FramingTrace(head + "Content-Length: 9\r\n\r\n", limits: limits).refusal == .bodyTooLarge)
        #expect(
            FramingTrace(head + "Transfer-Encoding: chunked\r\n\r\n9\r\n", limits: limits).refusal
                == .bodyTooLarge
        )
    }
}

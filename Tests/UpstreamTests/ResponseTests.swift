import HTTPTypes
import Messages
import Testing

@testable import Upstream

/// The rules for a response, without a socket: other clients accept some of these responses.
@Suite struct ResponseTests {
    private static let limits = ReceivedResponse.Limits(head: 1000, fields: 10, body: 100)

    /// Feeds a response by the lines of its heads, and then the body in pieces of a size.
    private func parse(_ text: String, piece: Int = .max) throws -> Response {
        var response = ReceivedResponse(isHead: false, limits: Self.limits)
        var rest = [UInt8](text.utf8)[...]
        var status = ""
        while let end = rest.firstIndex(of: 0x0A) {
            let line = [UInt8](rest[...end])
            rest = rest[(end + 1)...]
            try response.consume(line: line.span)
            if line.starts(with: "HTTP/".utf8) {
                status = String(decoding: line.dropFirst(9).prefix(3), as: UTF8.self)
            }
            if line == [0x0D, 0x0A], !status.hasPrefix("1") { break }
        }
        while !rest.isEmpty {
            let bytes = [UInt8](rest.prefix(piece))
            rest = rest.dropFirst(piece)
            try response.consume(body: bytes.span)
        }
        return Response(try response.finished())
    }

    private func fault(_ text: String) -> ResponseFault? {
        do {
            _ = try parse(text)
            return nil
        } catch {
            return error as? ResponseFault
        }
    }

    @Test(
        arguments: [
            "HTTP/1.1 200\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1 099 A\r\n",
            "HTTP/1.1 600 A\r\n", "HTTP/1.1 200OK\r\n", "HTTP/1.1 +20 OK\r\n", "HTTP/1.2 200 OK\r\n",
            "HTTP/2 200 OK\r\n",
            "HTTP/2.0 200 OK\r\n", "http/1.1 200 OK\r\n", " HTTP/1.1 200 OK\r\n", "HTTP/1.1\t200 OK\r\n",
            "HTTP/1.1 200 O\u{7F}K\r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 O\rK\r\n",
            "HTTP/1.1 200 O\0K\r\n",
            "HTTP 200 OK\r\n", "ICY 200 OK\r\n", "\r\nHTTP/1.1 200 OK\r\n",
        ]
    )
    func aMalformedStatusLineIsRefused(line: String) {
        #expect(fault(line + "Content-Length: 0\r\n\r\n")?.kind == .malformed)
    }

    @Test(
        arguments: [
            "A : b\r\n", " A: b\r\n", "A: b\r\n c\r\n", "A: b\r\n\tc\r\n", ": b\r\n", "A\r\n",
            "A\u{e9}: b\r\n", "A(: b\r\n",
            "A: b\u{1}\r\n", "A: b\u{7F}\r\n", "A: b\rc\r\n", "A: b\0\r\n", "A: b\n", "A: b\r\r\n",
            "Content-Length: 0\r\n", "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
            "Content-Encoding: gzip\r\n",
        ]
    )
    func aForbiddenOrMalformedFieldIsRefused(field: String) {
        #expect(fault("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\(field)\r\n")?.kind == .malformed)
        #expect(fault("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == nil)
    }

    @Test(arguments: [
        "", " ", "-1", "+1", "1,1", "1, 1", "0x1", "1 1", "1.0", "99999999999999999999", "\u{661}",
    ])
    func aContentLengthThatIsNotANumberIsRefused(length: String) {
        #expect(fault("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nx")?.kind == .malformed)
    }

    @Test func aResponseThatEndsWithItsConnectionIsRefused() {
        #expect(fault("HTTP/1.1 200 OK\r\n\r\n")?.kind == .malformed)
        #expect(fault("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nbody")?.kind == .malformed)
        #expect(fault("HTTP/1.1 204 No Content\r\n\r\n") == nil)
    }

    @Test func aLengthWhereNoBodyIsAllowedIsRefused() {
        for field in ["Content-Length: 1", "Transfer-Encoding: chunked"] {
            #expect(fault("HTTP/1.1 204 No Content\r\n\(field)\r\n\r\n")?.kind == .malformed)
            #expect(fault("HTTP/1.1 100 Continue\r\n\(field)\r\n\r\n")?.kind == .malformed)
        }
        #expect(fault("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")?.kind == .malformed)
    }

    @Test func anInterimHeadLeavesNothingBehind() throws {
        let response = try parse(
            "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
        )
        #expect(response.head.headerFields.map(\.name.rawName) == ["Content-Length"])
        #expect(response.body == [0x78])
    }

    @Test func aLineAfterTheHeadIsRefused() throws {
        var response = ReceivedResponse(isHead: false, limits: Self.limits)
        for line in ["HTTP/1.1 200 OK\r\n", "Content-Length: 0\r\n", "\r\n"] {
            try response.consume(line: [UInt8](line.utf8).span)
        }
        #expect(response.isWhole)
        #expect(throws: ResponseFault.self) { try response.consume(line: [UInt8]("A: b\r\n".utf8).span) }
    }

    @Test(arguments: [1, 2, 3, 5, 1000])
    func aChunkedBodyIsTheSameInAnyPieces(piece: Int) throws {
        let body =
            "5\r\nhello\r\n000b;a=b ; c=\"d\\\"e\"\r\n, brave new\r\n1;x\r\n!\r\n0\r\nTrailer: a\r\n\r\n"
        let response = try parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", piece: piece)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello, brave new!")
    }

    @Test(
        arguments: [
            "5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhell\r\n0\r\n\r\n",
            "0\n\r\n",
            "5\r\nhello!\r\n0\r\n\r\n", "g\r\n", "\r\n", "-1\r\n", "+1\r\nx\r\n", "0x1\r\nx\r\n",
            " 1\r\nx\r\n", "1 \r\nx\r\n",
            "1 x\r\nx\r\n", "1;\r\nx\r\n", "1;a=\r\nx\r\n", "1;a=\"\r\nx\r\n", "1;a\rb\r\nx\r\n",
            "1;a\0\r\nx\r\n", "1;a b\r\nx\r\n",
            "0\r\nbad trailer\r\n\r\n", "0\r\n a: b\r\n\r\n", "0\r\na: b\n\r\n", "0\r\n\n",
            "0000000000000001\r\nx\r\n",
        ]
    )
    func aMalformedChunkedBodyIsRefused(body: String) {
        #expect(fault("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")?.kind == .malformed)
    }

    @Test(arguments: [
        "", "5", "5\r\n", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "0\r\na: b\r\n",
    ])
    func aChunkedBodyThatIsNotWholeIsCut(body: String) {
        #expect(fault("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")?.kind == .cut)
    }
}

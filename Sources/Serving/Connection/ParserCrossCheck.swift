import HTTPTypes
import NIOCore
import NIOHTTP1

/// A check of the framing against the HTTP/1 decoder of NIO (llhttp), which reads the same bytes.
///
/// It comes after that decoder at the end of the pipeline. The two parsers must agree on method, target,
/// version and body. They are far less likely to share a hole than one is to have it. If they differ, the
/// request is refused.
final class ParserCrossCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    /// The last head that the decoder read.
    private var head: HTTPRequestHead?
    /// The number of heads since the last check.
    private var heads = 0
    private var bodyLength = 0
    private var ends = 0
    private var failed = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            heads += 1
        case .body(let part): bodyLength += part.readableBytes
        case .end: ends += 1
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { failed = true }

    /// Returns true if the decoder read exactly this request and its end, and forgets all that it read.
    func agrees(with head: RequestHead, bodyLength expected: Int) -> Bool {
        defer {
            self.head = nil
            heads = 0
            bodyLength = 0
            ends = 0
        }
        guard !failed, heads == 1, let seen = self.head, ends == 1 else { return false }
        return seen.method.rawValue == head.method.rawValue && seen.uri == head.target.spelling
            && seen.version == HTTPVersion(major: 1, minor: head.minorVersion) && bodyLength == expected
    }
}

@available(*, unavailable)
extension ParserCrossCheck: Sendable {}

import HTTPTypes
import NIOCore
import NIOHTTP1

/// Hears what NIO's HTTP/1 decoder (llhttp) makes of the same bytes.
///
/// It stands behind that decoder at the end of the pipeline. Two parsers that agree on method, target, version and
/// body are far less likely to share a hole than one is to have it; where they differ the request is refused.
final class ParserCrossCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    /// The last head, and how many there were.
    private var head: HTTPRequestHead?
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

    /// Whether the decoder saw exactly this one request and its end; forgets it then.
    func agrees(with head: RequestHead, bodyLength expected: Int) -> Bool {
        defer {
            self.head = nil
            heads = 0
            bodyLength = 0
            ends = 0
        }
        guard !failed, heads == 1, let seen = self.head, ends == 1 else { return false }
        return seen.method.rawValue == head.method.rawValue && seen.uri == head.target
            && seen.version == HTTPVersion(major: 1, minor: head.minorVersion) && bodyLength == expected
    }
}

@available(*, unavailable)
extension ParserCrossCheck: Sendable {}

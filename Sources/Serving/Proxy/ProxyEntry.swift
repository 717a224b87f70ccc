import NIOCore

/// A handler that reads the PROXY header at the start of a connection, in front of TLS.
///
/// The connection hears of its end by an event; then the handler leaves the pipeline. The deadline is that of
/// the connection, which begins when the connection is accepted. The bytes are bounded: a header has at most
/// ``ProxyHeader/longestRest`` and 16, and each read brings one piece.
final class ProxyEntry: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let isRequired: Bool
    /// Whether the other side of the connection may send a header.
    private let isTrusted: Bool
    private var received = ByteBuffer()

    init(isRequired: Bool, isTrusted: Bool) {
        self.isRequired = isRequired
        self.isTrusted = isTrusted
    }

    /// Whether a part of a header has come.
    var hasBegun: Bool { received.readableBytes > 0 }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
        // A span of a property would not outlive its access where exclusivity is not checked.
        let start = received
        let isBegun = ProxyHeader.isBegun(start.readableBytesUInt8Span)
        guard isTrusted || !isBegun else {
            return context.fireUserInboundEventTriggered(ProxyEvent.refused(.untrustedProxy, nil))
        }
        let step = ProxyHeader.read(start.readableBytesUInt8Span)
        switch step {
        case .needMore: context.read()
        case .absent where isRequired:
            context.fireUserInboundEventTriggered(ProxyEvent.refused(.noProxyHeader, nil))
        case .absent: leave(context, with: nil)
        case .whole(let header):
            received.moveReaderIndex(forwardBy: header.length)
            leave(context, with: header)
        case .broken(let fault):
            context.fireUserInboundEventTriggered(ProxyEvent.refused(.badProxyHeader, fault))
        }
    }

    /// Passes on what follows the header, and leaves the pipeline.
    private func leave(_ context: ChannelHandlerContext, with header: ProxyHeader?) {
        context.fireUserInboundEventTriggered(ProxyEvent.ended(header))
        guard context.channel.isActive else { return }
        if received.readableBytes == 0 {
            context.read()
        } else {
            context.fireChannelRead(wrapInboundOut(received))
        }
        received = ByteBuffer()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}

/// The end of the PROXY header of a connection.
enum ProxyEvent: Sendable {
    /// The header is whole, or there is none where it is optional.
    case ended(ProxyHeader?)
    case refused(Refusal, ProxyFault?)
}

@available(*, unavailable)
extension ProxyEntry: Sendable {}

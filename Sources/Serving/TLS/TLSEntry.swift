import NIOCore
import NIOSSL

/// A handler that begins TLS at the first byte of a connection, unless plain HTTP comes.
///
/// A TLS record begins with a byte from 0x14 to 0x17 (RFC 8446 section 5.1), a method with a letter. A plain
/// request gets a response that says so, in plain HTTP. After its first read the handler leaves the pipeline.
final class TLSEntry: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let tls: NIOSSLContext
    private let verification: CallerVerification

    init(_ tls: NIOSSLContext, _ verification: CallerVerification) {
        self.tls = tls
        self.verification = verification
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let first = unwrapInboundIn(data).readableBytesView.first ?? 0
        let pipeline = context.pipeline.syncOperations
        if (0x61...0x7A).contains(first | 0x20) {
            context.fireUserInboundEventTriggered(ServerEvent.plainHTTP)
        } else {
            do {
                try pipeline.addHandler(verification.handler(tls), position: .after(self))
            } catch {
                return context.fireErrorCaught(error)
            }
        }
        context.fireChannelRead(data)
        pipeline.removeHandler(context: context, promise: nil)
    }
}

@available(*, unavailable)
extension TLSEntry: Sendable {}

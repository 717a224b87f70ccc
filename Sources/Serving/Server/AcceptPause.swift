import NIOCore

/// A handler that stops accepting for a moment when the system has no descriptor left for a new connection.
///
/// The waiting connection stays in the backlog, so the listener stays readable. NIO still polls a listener
/// after a failed accept, even if `AcceptBackoffHandler` holds back the reads. So the loop would spin until a
/// descriptor is free. Only `autoRead` turned off takes the listener out of the poll set.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    static let pause = TimeAmount.milliseconds(200)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        channel.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}

@available(*, unavailable)
extension AcceptPause: Sendable {}

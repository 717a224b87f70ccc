import NIOCore

/// A handler that stops accepting for a moment, when the system has no descriptor left for a new connection
/// or when too many accepted ones are not yet decided about.
///
/// The waiting connection stays in the backlog, so the listener stays readable. NIO still polls a listener
/// after a failed accept, even if `AcceptBackoffHandler` holds back the reads. So the loop would spin until a
/// descriptor is free. Only `autoRead` turned off takes the listener out of the poll set.
///
/// A connection is admitted or refused on its own event loop, and holds a descriptor until then. A busy event
/// loop would let a flood take all of them, those of the admin listener too.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// The pause without a descriptor.
    static let pause = TimeAmount.milliseconds(200)
    /// The pause for the event loops to decide.
    static let decisionPause = TimeAmount.milliseconds(1)

    private let server: ServerState
    private var isPaused = false

    init(_ server: ServerState) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        server.acceptBegan()
        context.fireChannelRead(data)
        if server.hasTooManyUndecided { stop(context.channel, for: Self.decisionPause) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        stop(context.channel, for: Self.pause)
    }

    private func stop(_ channel: any Channel, for pause: TimeAmount) {
        guard !isPaused else { return }
        isPaused = true
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        channel.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.isPaused = false
            if self.server.hasTooManyUndecided {
                self.stop(channel, for: Self.decisionPause)
            } else if !self.server.isDraining {
                try? channel.syncOptions?.setOption(.autoRead, value: true)
            }
        }
    }
}

@available(*, unavailable)
extension AcceptPause: Sendable {}

import Messages
import NIOCore
import NIOTLS

/// What the server tells its connections, through their pipelines.
enum ServerEvent: Sendable {
    /// Finish what is in work, then close.
    case drain
    /// Close now.
    case abort
}

/// One connection, from accept to close: takes bytes in, hands whole requests over, writes answers out.
///
/// A shell around `RequestFraming` and `ConnectionDeadlines`. Exactly one request is in work at a time: one
/// piece behind it is read into `pending`, and nothing more until its answer is with the system; so what a connection
/// holds is bounded by one request, one answer and one read. It stands before the second opinion's decoder, which
/// gets only what the framing has already accepted.
///
/// Between two requests a plain GET may be answered at once from its bytes (`ConnectionHandler+Hot.swift`); whatever
/// is not wholly understood there goes on to the framing, untouched.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Stage {
        /// Reading a request, or waiting for one.
        case receiving
        /// A plain GET of so many bytes waits for what another request asked for.
        case parked(length: Int)
        /// A request is with the responder; `task` makes its answer if that takes one.
        case working(task: Task<Void, Never>?)
        /// An answer is on its way to the system; the connection may end after it.
        case writing(last: Bool)
        /// Answers to hot requests are on their way to a client that takes them slowly.
        case sending
        /// The output is closed; what still comes in is thrown away until the client hangs up.
        case lingering
        case closed
    }

    /// What is thrown away at most after the last answer, as a multiple of the largest body.
    static let lingerBodies = 4
    /// What is kept at most of the bytes behind the request in work.
    static let mostPending = 64 << 10

    let server: ServerState
    let loopContext: EventLoopContext
    var responder: any Responder { loopContext.responder }
    var configuration: ServerConfiguration { loopContext.configuration }
    /// Made for the first request that goes the long way: many a connection never has one.
    var crossCheck: ParserCrossCheck?
    var caller: Caller
    /// Why this connection is answered with a refusal and closed, whatever it sends.
    let refusedFromStart: Refusal?

    var context: ChannelHandlerContext?
    var stage = Stage.receiving
    var framing: RequestFraming
    var deadlines: ConnectionDeadlines
    var pending = ByteBuffer()
    var timer: (due: NIODeadline, scheduled: Scheduled<Void>)?
    /// Which request is in work: the answer to an older one is dropped.
    var exchange = 0
    /// What a plain GET waits for; the long way asks it, in place of the responder, where it has no answer of its own.
    ///
    /// Apart from the stage, which is copied several times for each request.
    var parked: (any ParkedRequest)?
    var encoding = ResponseEncoding()
    var delivery = Delivery.whole
    var isProceeding = false
    /// The client will send nothing more, or bytes of it were thrown away.
    var inputEnded = false
    var discarded = 0

    init(
        server: ServerState,
        loopContext: EventLoopContext,
        caller: Caller,
        refusing refusal: Refusal? = nil
    ) {
        self.server = server
        self.loopContext = loopContext
        self.caller = caller
        refusedFromStart = refusal
        framing = RequestFraming(limits: loopContext.configuration.limits)
        let handshake = loopContext.configuration.tls != nil
        deadlines = ConnectionDeadlines(timeouts: loopContext.timeouts, handshake: handshake, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if let refusedFromStart {
            refuse(refusedFromStart)
        } else {
            context.read()
        }
        arm()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(unwrapInboundIn(data))
    }

    /// Nobody behind this handler wants to know, and it would be told for each request.
    func channelReadComplete(context: ChannelHandlerContext) {}

    /// The mark is at one byte: the channel is writable when the system has all that was written.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        switch stage {
        case .sending: if context.channel.isWritable { sent() }
        case .writing: if context.channel.isWritable { written() }
        // Told twice while a write is being made; nobody waits for it.
        case .receiving, .parked, .working, .lingering, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputClosed()
        case ServerEvent.drain: drain()
        case ServerEvent.abort: cut()
        case is ChannelEvent: break
        case TLSUserEvent.handshakeCompleted: handshakeEnded()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // One failure is told more than once: when it happens, and when the channel closes for it.
        if case .closed = stage { return }
        if deadlines.isHandshaking { server.handshakeFailed() }
        cut()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}

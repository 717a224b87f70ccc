import Messages
import NIOCore
import NIOTLS

/// An event that the server sends to its connections through their pipelines.
enum ServerEvent: Sendable {
    /// The connection closes after the request in work.
    case drain
    /// The connection closes at once.
    case abort
    /// The first bytes on a TLS listener are plain HTTP; the next ones are dropped.
    case plainHTTP
}

/// The handler of one connection, from accept to close.
///
/// It is a shell around ``RequestFraming`` and ``ConnectionDeadlines``: it passes whole requests to the
/// responder and writes the responses. Exactly one request is in work at a time. One piece behind it is read
/// into `pending`, and nothing more until the system has the response. So one request, one response and one
/// read bound the memory of a connection.
///
/// The decoder of ``ParserCrossCheck`` comes after it in the pipeline, and gets only bytes that the framing
/// accepted.
///
/// Between two requests, a plain GET may get its response on the fast path
/// (`ConnectionHandler+FastPath.swift`). Bytes that are not wholly understood there go to the framing
/// unchanged.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The stage of the connection, which decides about the next bytes and events.
    enum Stage {
        /// The connection reads a request, or waits for one.
        case receiving
        /// A plain GET of `length` bytes waits for the fetch of another request.
        case parked(length: Int)
        /// The connection is left unread; with a request, that stays in `pending`.
        case postponed(hasRequest: Bool)
        /// A request is with the responder; `task` makes the response, if it takes a task.
        case working(task: Task<Void, Never>?)
        /// A response is on its way to the system; if it is the last one, the connection ends after it.
        case writing(last: Bool)
        /// Responses of the fast path are on their way to a caller that reads them slowly.
        case sending
        /// The output is closed; received bytes are dropped until the caller hangs up.
        case lingering
        case closed
    }

    /// The most bytes that are dropped after the last response, as a multiple of the largest body.
    static let lingerBodies = 4
    /// The most bytes that are stored behind the request in work.
    static let mostPending = 64 << 10

    let server: ServerState
    let loopContext: EventLoopContext
    /// The connections of this event loop that are left unread.
    let postponed: PostponedConnections
    var responder: any Responder { loopContext.responder }
    let settings: ConnectionConfiguration
    /// The second parser, made for the first request on the regular path: many connections never have one.
    var crossCheck: ParserCrossCheck?
    /// The caller by the connection: the address of the socket, or that of the PROXY header.
    var caller: Caller
    /// The caller of the request in work, where a trusted hop names another one.
    var requestCaller: Caller?
    /// Whether the fields of ``caller`` about its own callers count.
    var isHopTrusted: Bool
    /// The handler that waits for the PROXY header; nil when it has come, and where none can come.
    var proxyEntry: ProxyEntry?
    var lifetime: ConnectionLifetime
    /// The reason to refuse this connection before it sends a byte; nil for an admitted one.
    let refusedFromStart: Refusal?

    /// The verification of the certificate of the caller; nil without TLS.
    let verification: CallerVerification?

    var context: ChannelHandlerContext?
    var stage = Stage.receiving
    var framing: RequestFraming
    var deadlines: ConnectionDeadlines
    /// The received bytes that the framing has not consumed yet.
    var pending = ByteBuffer()
    var timer: (due: NIODeadline, scheduled: Scheduled<Void>)?
    /// The number of the request in work; the response to an older one is dropped.
    var requestNumber = 0
    /// The parked request; if it declines to respond, it takes the place of the responder on the regular
    /// path.
    ///
    /// It is not part of the stage, which is copied several times for each request.
    var parked: (any ParkedRequest)?
    /// The reason of the last response of the regular path, if that rejected its request.
    var rejection: Rejection?
    /// Whether the request that takes the regular path is a plain GET, which is postponed before it is decoded.
    var isPlain = false
    /// The time at which the responder was asked for that response, or its task ended.
    var began = NIODeadline.distantPast
    /// Whether the request has waited for so long that it is not postponed again.
    var mustRespond = false
    var encoding = ResponseEncoding()
    var delivery = Delivery.whole
    /// Whether `proceed` is running, so that a response written at once does not start it again.
    var isProceeding = false
    /// Whether the caller will send nothing more, or some of its bytes were dropped.
    ///
    /// The bytes in `pending` are still served.
    var inputEnded = false
    /// The charge of the body that is received; its request takes it along.
    var bodyCharge: ByteCharge?
    /// The charge of the response on its way out.
    var responseCharge: ByteCharge?
    /// The bytes that were dropped after the last response.
    var discarded = 0

    init(
        server: ServerState,
        loopContext: EventLoopContext,
        settings: ConnectionConfiguration,
        verification: CallerVerification?,
        caller: Caller,
        isHopTrusted: Bool,
        proxyEntry: ProxyEntry?,
        refusing refusal: Refusal? = nil
    ) {
        self.server = server
        self.loopContext = loopContext
        postponed = loopContext.postponed.value
        self.settings = settings
        self.verification = verification
        self.caller = caller
        self.isHopTrusted = isHopTrusted
        self.proxyEntry = proxyEntry
        refusedFromStart = refusal
        lifetime = ConnectionLifetime(
            requests: settings.limits.requestsPerConnection,
            age: settings.configuredTimeouts.age,
            now: .now()
        )
        framing = RequestFraming(limits: settings.limits)
        let handshake = settings.tls != nil
        deadlines = ConnectionDeadlines(timeouts: settings.timeouts, handshake: handshake, now: .now())
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

    /// Stops the event here: no handler after this one uses it, and each request would cause one.
    func channelReadComplete(context: ChannelHandlerContext) {}

    /// Goes on after a write.
    ///
    /// The mark is at one byte, so a writable channel has passed all bytes to the system.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        switch stage {
        case .sending: if context.channel.isWritable { sent() }
        case .writing: if context.channel.isWritable { written() }
        // A write changes the writability twice while it is made; these stages do not wait for it.
        case .receiving, .parked, .postponed, .working, .lingering, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputClosed()
        case ServerEvent.drain: drain()
        case ServerEvent.abort: cut()
        case ServerEvent.plainHTTP:
            handshakeFailed(.plainHTTP)
            refuse(.plainHTTP)
        case is ChannelEvent: break
        case ProxyEvent.ended(let header): proxyEnded(header)
        case ProxyEvent.refused(let refusal, let fault): refuseHop(refusal, fault)
        case TLSUserEvent.handshakeCompleted: handshakeEnded()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIO reports one failure more than once: when it happens, and when the channel closes for it.
        if case .closed = stage { return }
        if deadlines.isHandshaking {
            handshakeFailed(HandshakeOutcome(of: error, verification), detail: "\(error)")
        }
        cut()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}

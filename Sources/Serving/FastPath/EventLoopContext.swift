import NIOCore
import NIOPosix

/// The state that the connections of one event loop share, and no other thread uses.
final class EventLoopContext: Sendable {
    let responder: any Responder
    let executor: LoopExecutor
    /// A reusable output buffer for fast-path responses on this event loop; nil while in use.
    ///
    /// Its memory is reused as long as the system takes the responses at once.
    private let responseBuffer: NIOLoopBoundBox<ResponseBuffer?>
    let forwardedMemo: NIOLoopBoundBox<ForwardedMemo>
    /// The connections that are left unread.
    let postponed: NIOLoopBoundBox<PostponedConnections>
    /// The connections whose requests wait for a fetch.
    let parked: NIOLoopBoundBox<ParkedConnections>

    init(
        _ loop: any EventLoop,
        responder: any Responder,
        timeouts: ServerTimeouts
    ) {
        executor = LoopExecutor(loop) { responder.eventLoopWasLate(by: $0) }
        let ofLoop = responder.forEventLoop(executor)
        self.responder = ofLoop
        responseBuffer = .makeBoxSendingValue(ResponseBuffer(), eventLoop: loop)
        forwardedMemo = .makeBoxSendingValue(ForwardedMemo(), eventLoop: loop)
        postponed = .makeBoxSendingValue(
            PostponedConnections(loop, responder: ofLoop, timeouts: timeouts),
            eventLoop: loop
        )
        parked = .makeBoxSendingValue(ParkedConnections(loop), eventLoop: loop)
    }

    /// Makes the contexts of a server, one for each event loop.
    ///
    /// - Parameter timeouts: Those of a connection that is left unread among them.
    static func all(
        of loops: EventLoops,
        responder: any Responder,
        timeouts: ServerTimeouts
    ) -> [ObjectIdentifier: EventLoopContext] {
        var contexts: [ObjectIdentifier: EventLoopContext] = [:]
        for loop in loops.group.makeIterator() {
            contexts[ObjectIdentifier(loop)] = EventLoopContext(
                loop,
                responder: responder,
                timeouts: timeouts
            )
        }
        return contexts
    }

    /// The largest capacity, in bytes, of a buffer that is reused.
    ///
    /// A connection whose caller reads slowly keeps such a buffer until its responses are sent.
    private static let mostReused = 64 << 10

    /// Returns an empty buffer, the reusable one if it is not in use.
    func borrowResponseBuffer(sharesBodies: Bool) -> ResponseBuffer {
        var buffer = responseBuffer.withValue { $0.take() } ?? ResponseBuffer()
        buffer.clear()
        buffer.sharesBodies = sharesBodies
        return buffer
    }

    /// Makes a buffer the reusable one, or drops it if it is too large.
    func returnResponseBuffer(_ buffer: ResponseBuffer) {
        if buffer.bytes.capacity <= Self.mostReused { responseBuffer.withValue { $0 = buffer } }
    }
}

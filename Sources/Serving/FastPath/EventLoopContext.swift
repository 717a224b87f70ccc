import NIOCore
import NIOPosix

/// The state that the connections of one event loop share, and no other thread uses.
final class EventLoopContext: Sendable {
    let configuration: ServerConfiguration
    let timeouts: ConnectionDeadlines.Timeouts
    let responder: any Responder
    let executor: LoopExecutor
    /// A reusable output buffer for fast-path responses on this event loop; nil while in use.
    ///
    /// Its memory is reused as long as the system takes the responses at once.
    private let responseBuffer: NIOLoopBoundBox<ResponseBuffer?>
    private let sharesBodies: Bool

    init(
        _ loop: any EventLoop,
        configuration: ServerConfiguration,
        timeouts: ConnectionDeadlines.Timeouts,
        responder: any Responder
    ) {
        self.configuration = configuration
        self.timeouts = timeouts
        executor = LoopExecutor(loop) { responder.eventLoopWasLate(by: $0) }
        self.responder = responder.forEventLoop(executor)
        sharesBodies = configuration.tls == nil || configuration.limits.bytes == nil
        let buffer = ResponseBuffer(sharesBodies: sharesBodies)
        responseBuffer = .makeBoxSendingValue(buffer, eventLoop: loop)
    }

    /// Makes the contexts of a server, one for each event loop.
    static func all(
        of configuration: ServerConfiguration,
        responder: any Responder
    ) -> [ObjectIdentifier: EventLoopContext] {
        let timeouts = ConnectionDeadlines.Timeouts(configuration.timeouts)
        var contexts: [ObjectIdentifier: EventLoopContext] = [:]
        for loop in configuration.loops.group.makeIterator() {
            contexts[ObjectIdentifier(loop)] = EventLoopContext(
                loop,
                configuration: configuration,
                timeouts: timeouts,
                responder: responder
            )
        }
        return contexts
    }

    /// The largest capacity, in bytes, of a buffer that is reused.
    ///
    /// A connection whose caller reads slowly keeps such a buffer until its responses are sent.
    private static let mostReused = 64 << 10

    /// Returns an empty buffer, the reusable one if it is not in use.
    func borrowResponseBuffer() -> ResponseBuffer {
        var buffer = responseBuffer.withValue { $0.take() } ?? ResponseBuffer(sharesBodies: sharesBodies)
        buffer.clear()
        return buffer
    }

    /// Makes a buffer the reusable one, or drops it if it is too large.
    func returnResponseBuffer(_ buffer: ResponseBuffer) {
        if buffer.bytes.capacity <= Self.mostReused { responseBuffer.withValue { $0 = buffer } }
    }
}

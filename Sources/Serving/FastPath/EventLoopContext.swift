import NIOCore
import NIOPosix

/// What the connections of one event loop share and no other thread touches.
final class EventLoopContext: Sendable {
    let configuration: ServerConfiguration
    let timeouts: ConnectionDeadlines.Timeouts
    let responder: any Responder
    let executor: LoopExecutor
    /// Where answers to hot requests are written: one memory for all of them, as long as the system takes them at
    /// once.
    ///
    /// Nil while it is written to.
    private let answers: NIOLoopBoundBox<ResponseBuffer?>

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
        answers = .makeBoxSendingValue(ResponseBuffer(), eventLoop: loop)
    }

    /// One for each event loop of a server.
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

    /// What is kept between two answers at most.
    private static let mostKept = 256 << 10

    func takeResponseBuffer() -> ResponseBuffer {
        var buffer = answers.withValue { $0.take() } ?? ResponseBuffer()
        buffer.clear()
        return buffer
    }

    func giveBack(_ buffer: ResponseBuffer) {
        if buffer.bytes.capacity <= Self.mostKept { answers.withValue { $0 = buffer } }
    }
}

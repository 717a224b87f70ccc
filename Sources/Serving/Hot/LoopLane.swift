import NIOCore
import NIOPosix

/// What the connections of one event loop share and no other thread touches.
final class LoopLane: Sendable {
    let responder: any Responder
    let executor: LoopExecutor
    /// Where answers to hot requests are written: one memory for all of them, as long as the system takes them at
    /// once.
    private let answers: NIOLoopBoundBox<AnswerBuffer>

    init(_ loop: any EventLoop, responder: any Responder) {
        executor = LoopExecutor(loop) { responder.eventLoopWasLate(by: $0) }
        self.responder = responder.forEventLoop(executor)
        answers = .makeBoxSendingValue(AnswerBuffer(), eventLoop: loop)
    }

    static func one(forEach loops: EventLoops, responder: any Responder) -> [ObjectIdentifier: LoopLane] {
        var lanes: [ObjectIdentifier: LoopLane] = [:]
        for loop in loops.group.makeIterator() {
            lanes[ObjectIdentifier(loop)] = LoopLane(loop, responder: responder)
        }
        return lanes
    }

    /// What is kept between two answers at most.
    private static let mostKept = 256 << 10

    func takeAnswerBuffer() -> AnswerBuffer {
        var buffer = answers.value
        answers.value = AnswerBuffer()
        buffer.clear()
        return buffer
    }

    func giveBack(_ buffer: AnswerBuffer) {
        answers.value = buffer.bytes.capacity <= Self.mostKept ? buffer : AnswerBuffer()
    }
}

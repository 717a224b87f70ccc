import Messages
import NIOCore

extension ConnectionHandler {
    /// Lets a task make the answer.
    ///
    /// It begins at once and stays on this event loop, so that it may be over before this returns.
    func start(_ work: @escaping @Sendable () async -> OutgoingResponse) {
        guard let loop = context?.eventLoop else { return }
        exchange += 1
        let number = exchange
        let handler = NIOLoopBound(self, eventLoop: loop)
        // Ends by itself when the answer is made; `hangUp` cancels it when nobody waits for that any more.
        let task = Task.immediate(executorPreference: loopContext.executor) {
            let outgoing = await work()
            if loop.inEventLoop {
                handler.value.made(outgoing, for: number)
            } else {
                loop.execute { handler.value.made(outgoing, for: number) }
            }
        }
        guard case .working = stage, number == exchange else { return }
        stage = .working(task: task)
        // Reading goes on for one piece: to stop and to begin again are two system calls for each request. What
        // comes is kept until the answer is with the system, and then nothing more is read.
        if pending.readableBytes == 0, !inputEnded { context?.read() }
    }

    private func made(_ outgoing: OutgoingResponse, for number: Int) {
        guard case .working = stage, number == exchange else { return }
        deliver(outgoing)
    }

    func deliver(_ outgoing: OutgoingResponse) {
        encoding.closes = encoding.closes || inputEnded || server.isDraining
        delivery = outgoing.delivery
        write(outgoing.response)
    }

    /// Answers what never became a request; the connection ends with it.
    func refuse(_ refusal: Refusal) {
        server.refused(refusal)
        server.requestBegan()
        encoding = ResponseEncoding(closes: true)
        delivery = .whole
        pending.clear()
        write(responder.refuse(refusal, from: caller))
    }

    private func write(_ response: Response) {
        guard let context else { return }
        var bytes = encoding.encode(response)
        if case .cut(let count, _) = delivery {
            encoding.closes = true
            bytes = bytes.readSlice(length: min(max(0, count), bytes.readableBytes)) ?? ByteBuffer()
        }
        // What the channel says in the meantime is heard below.
        stage = .working(task: nil)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        // A write that failed has closed the channel by now, and the stage says so.
        guard case .working = stage else { return }
        stage = .writing(last: encoding.closes)
        if context.channel.isWritable { return written() }
        deadlines.writeBegan(unsent: bytes.readableBytes, now: .now())
        arm()
    }

    /// The whole answer is with the system.
    func written() {
        guard case .writing(let last) = stage else { return }
        server.requestEnded()
        if case .cut(_, let reset) = delivery {
            stage = .lingering
            return reset ? cut(reset: true) : linger()
        }
        if last { return linger() }
        responded()
    }

    /// Between two requests again.
    func responded() {
        let now = NIODeadline.now()
        stage = .receiving
        deadlines.responded(now: now)
        if server.isDraining { deadlines.drain(now: now) }
        proceed()
    }
}

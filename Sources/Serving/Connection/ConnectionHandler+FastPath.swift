import NIOCore

/// Answers to plain GETs, at once and from their bytes.
///
/// It is tried only between two requests, so the order of answers holds. Requests that came together are answered
/// together, in one write. Until the system has taken that the connection reads nothing more and answers nothing
/// more, as on the long way.
extension ConnectionHandler {
    /// Bytes of answers after which those that wait are sent first.
    private static let mostAtOnce = 64 << 10

    /// Answers the hot requests that have come, or lets one wait; false if the next one is not hot.
    func respondOnFastPath() -> Bool {
        // The last answer of a connection says that it is the last one: that is the long way's.
        guard framing.isBetweenRequests, !inputEnded, !server.isDraining else { return false }
        var answers = loopContext.takeResponseBuffer()
        defer { loopContext.giveBack(answers) }
        while answers.bytes.readableBytes < Self.mostAtOnce,
            let request = FastPathRequest(pending, limits: configuration.limits)
        {
            if !responder.respond(to: request, from: caller, into: &answers) {
                // Those before it are answered before it waits.
                if answers.bytes.readableBytes == 0, let parked = responder.park(request, from: caller) {
                    park(parked, length: request.length)
                    return true
                }
                guard responder.shed(request, from: caller, into: &answers) else { break }
            }
            pending.moveReaderIndex(forwardBy: request.length)
        }
        guard answers.bytes.readableBytes > 0 else { return false }
        send(answers.bytes)
        return true
    }

    /// Keeps a request where it is until what it waits for has come.
    private func park(_ request: any ParkedRequest, length: Int) {
        guard let loop = context?.eventLoop else { return }
        deadlines.requestWhole()
        server.requestBegan()
        stage = .parked(length: length)
        parked = request
        exchange += 1
        let number = exchange
        let handler = NIOLoopBound(self, eventLoop: loop)
        request.whenReady { loop.execute { handler.value.ready(number) } }
        // For one piece, as when a task is at work; and to hear of a client that hangs up.
        if pending.readableBytes == length { context?.read() }
    }

    private func ready(_ number: Int) {
        guard case .parked(let length) = stage, number == exchange, let request = parked else { return }
        server.requestEnded()
        stage = .receiving
        if server.isDraining || !answer(request, length: length) { advance() }
        proceed()
    }

    private func answer(_ request: any ParkedRequest, length: Int) -> Bool {
        var answers = loopContext.takeResponseBuffer()
        defer { loopContext.giveBack(answers) }
        guard request.answer(into: &answers) else { return false }
        parked = nil
        pending.moveReaderIndex(forwardBy: length)
        send(answers.bytes)
        return true
    }

    private func send(_ answers: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(answers), promise: nil)
        // A write that failed has closed the channel by now, and the stage says so.
        guard case .receiving = stage else { return }
        let now = NIODeadline.now()
        if context.channel.isWritable {
            deadlines.responded(now: now)
        } else {
            stage = .sending
            server.requestBegan()
            deadlines.writeBegan(unsent: answers.readableBytes, now: now)
        }
    }

    /// The system has the last byte.
    func sent() {
        server.requestEnded()
        responded()
    }
}

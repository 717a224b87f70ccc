import NIOCore

/// Answers to plain GETs, at once and from their bytes.
///
/// It is tried only between two requests, so the order of answers holds. Requests that came together are answered
/// together, in one write. Until the system has taken that the connection reads nothing more and answers nothing
/// more, as on the long way.
extension ConnectionHandler {
    /// Bytes of answers after which those that wait are sent first.
    private static let mostAtOnce = 64 << 10

    /// Answers the hot requests that have come; false if the next one is not hot.
    func answerHot() -> Bool {
        // The last answer of a connection says that it is the last one: that is the long way's.
        guard framing.isBetweenRequests, !inputEnded, !server.isDraining else { return false }
        var answers = lane.takeAnswerBuffer()
        while answers.bytes.readableBytes < Self.mostAtOnce,
            let request = HotRequest(pending, limits: configuration.limits),
            responder.respond(to: request, from: peer, into: &answers)
                || responder.shed(request, from: peer, into: &answers)
        {
            pending.moveReaderIndex(forwardBy: request.length)
        }
        defer { lane.giveBack(answers) }
        guard answers.bytes.readableBytes > 0 else { return false }
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
            deadlines.answered(now: now)
        } else {
            stage = .sending
            server.requestBegan()
            deadlines.writeBegan(unsent: answers.readableBytes, now: now)
        }
    }

    /// The system has the last byte.
    func sent() {
        server.requestEnded()
        answered()
    }
}

import Messages
import NIOCore

/// The way of a response to the system.
extension ConnectionHandler {
    /// Starts the task that makes the response.
    ///
    /// The task starts at once and stays on this event loop, so it may end before this function returns.
    ///
    /// - Parameter charge: The charge of the request's body, which the task holds to its end.
    func start(_ work: @escaping @Sendable () async -> OutgoingResponse, holding charge: ByteCharge?) {
        guard let loop = context?.eventLoop else { return }
        requestNumber += 1
        let number = requestNumber
        let handler = NIOLoopBound(self, eventLoop: loop)
        // The task ends with the response; `hangUp` cancels it when the connection is reset, so that no
        // caller can receive the response any more.
        let task = Task.immediate(executorPreference: loopContext.executor) {
            let outgoing = await work()
            withExtendedLifetime(charge) {}
            if loop.inEventLoop {
                handler.value.complete(outgoing, for: number)
            } else {
                loop.execute { handler.value.complete(outgoing, for: number) }
            }
        }
        guard case .working = stage, number == requestNumber else { return }
        stage = .working(task: task)
        // One more piece is read: to stop reading and to start it again costs two system calls for each
        // request. The piece waits in `pending` until the system has the response, and nothing more is read
        // before.
        if pending.readableBytes == 0, !inputEnded { context?.read() }
    }

    /// Delivers the response of a task, unless the request in work is a newer one.
    private func complete(_ outgoing: OutgoingResponse, for number: Int) {
        guard case .working(let task) = stage, number == requestNumber else { return }
        // Without a task, the work ended at once.
        if task != nil { began = .now() }
        deliver(outgoing)
        // A forward has ended, so that another request may be forwarded.
        if task != nil, !postponed.isEmpty { postponed.release() }
    }

    /// Writes a response of the responder.
    func deliver(_ outgoing: OutgoingResponse) {
        let isLast = inputEnded && pending.readableBytes == 0
        encoding.closes = encoding.closes || isLast || server.isDraining
        rejection = nil
        guard charge(outgoing) else {
            server.recordRefusal(.outOfBytes)
            encoding.closes = true
            delivery = .whole
            return write(responder.refuse(.outOfBytes, from: requestCaller ?? caller))
        }
        delivery = outgoing.delivery
        rejection = outgoing.rejection
        write(outgoing.response, sharedBody: outgoing.sharedBody)
    }

    /// Responds to bytes that never became a request; the connection ends with this response.
    func refuse(_ refusal: Refusal) {
        server.recordRefusal(refusal)
        server.requestBegan()
        encoding = ResponseEncoding(closes: true)
        delivery = .whole
        pending.clear()
        bodyCharge = nil
        rejection = nil
        write(responder.refuse(refusal, from: requestCaller ?? caller))
    }

    private func write(_ response: Response, sharedBody: SharedBody? = nil) {
        guard let context else { return }
        var (bytes, body) = encoding.encode(response, sharedBody: sharedBody)
        if case .cut(let count, _) = delivery {
            encoding.closes = true
            if let whole = body.take() { bytes.writeImmutableBuffer(whole) }
            bytes = bytes.readSlice(length: min(max(0, count), bytes.readableBytes)) ?? ByteBuffer()
        }
        // In this stage the handler ignores a change of writability; the code below checks for it.
        stage = .working(task: nil)
        flush(bytes, then: body, to: context)
        if rejection != nil { postponed.rejected(since: began, wasDecoded: true) }
        // A write that failed has closed the channel by now, and has changed the stage.
        guard case .working = stage else { return }
        stage = .writing(last: encoding.closes)
        if context.channel.isWritable { return written() }
        deadlines.writeBegan(unsent: bytes.readableBytes + (body?.readableBytes ?? 0), now: .now())
        arm()
    }

    /// Passes bytes to the channel, and a shared body behind them.
    func flush(_ bytes: ByteBuffer, then body: ByteBuffer?, to context: ChannelHandlerContext) {
        guard let body else { return context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
        context.write(wrapOutboundOut(bytes), promise: nil)
        context.writeAndFlush(wrapOutboundOut(body), promise: nil)
    }

    /// Goes on after a write of the regular path, once the system has the whole response.
    func written() {
        guard case .writing(let last) = stage else { return }
        responseCharge = nil
        server.requestEnded()
        if case .cut(_, let reset) = delivery {
            stage = .lingering
            return reset ? cut(reset: true) : linger()
        }
        if last { return linger() }
        responded(rejecting: rejection)
    }

    /// Returns to the stage between two requests, or leaves the connection unread after a rejection.
    func responded(rejecting rejection: Rejection? = nil) {
        let now = NIODeadline.now()
        stage = .receiving
        requestCaller = nil
        deadlines.responded(now: now)
        if server.isDraining { deadlines.drain(now: now) }
        // The next plain GET is postponed by itself, and may be a hit.
        if let rejection, rejection != .full || !isPlain, !inputEnded, postponed.mustWait(for: rejection) {
            postpone(for: rejection, hasRequest: pending.readableBytes > 0)
            return arm()
        }
        proceed()
    }
}

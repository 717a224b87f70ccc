import HTTPTypes
import Messages
import NIOCore
import NIOHTTP1

/// The way of received bytes to a whole request.
extension ConnectionHandler {
    /// Handles the bytes of one read, by the stage of the connection.
    func receive(_ bytes: ByteBuffer) {
        var bytes = bytes
        switch stage {
        case .receiving:
            enqueue(&bytes)
            proceed()
        case .writing(last: true):
            discarded += bytes.readableBytes
        case .parked, .postponed, .working, .writing, .sending:
            // There is room for the one piece that was read on demand. Any more bytes are the rest that the
            // system delivers when the caller has closed. A flood of requests is thus dropped, and the
            // connection ends after the request in work.
            guard bytes.readableBytes <= Self.mostPending - pending.readableBytes else {
                pending.clear()
                inputEnded = true
                return
            }
            enqueue(&bytes)
        case .lingering:
            discarded += bytes.readableBytes
            guard discarded <= settings.limits.body * Self.lingerBodies else { return cut() }
            context?.read()
        case .closed:
            break
        }
    }

    /// Appends bytes to `pending`.
    private func enqueue(_ bytes: inout ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.writeBuffer(&bytes)
        }
    }

    /// Processes the pending bytes, request after request, until one takes time or no byte is left.
    ///
    /// A response that is written at once leads back here. A loop, not recursion, handles a long pipeline.
    func proceed() {
        guard !isProceeding else { return }
        isProceeding = true
        while case .receiving = stage, pending.readableBytes > 0 {
            if !respondOnFastPath() { advance() }
        }
        isProceeding = false
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        if case .receiving = stage {
            if inputEnded { close() } else { context?.read() }
        }
        arm()
    }

    /// Feeds the pending bytes to the framing and the cross-check, up to the end of a head or request.
    func advance() {
        if framing.isBetweenRequests { deadlines.headBegan(now: .now()) }
        let isBody = framing.head != nil
        let before = pending
        let step = framing.consume(&pending)
        let taken = before.readableBytes - pending.readableBytes
        if case .refused(let refusal) = step { return refuse(refusal) }
        if isBody {
            deadlines.bodyReceived(taken)
            if let slice = before.getSlice(at: before.readerIndex, length: taken) { feedCrossCheck(slice) }
        } else if let wire = framing.takeWire() {
            feedCrossCheck(wire)
        }
        guard chargeBody() else { return refuse(.outOfBytes) }
        switch step {
        case .needMore, .refused: break
        case .head:
            deadlines.bodyBegan(now: .now())
            if framing.expectsContinue, pending.readableBytes == 0 {
                context?.writeAndFlush(wrapOutboundOut(ResponseEncoding.interim), promise: nil)
            }
        case .whole: handOver()
        }
    }

    /// Passes bytes that the framing accepted to the second parser.
    private func feedCrossCheck(_ bytes: ByteBuffer) {
        if crossCheck == nil { crossCheck = makeCrossCheck() }
        context?.fireChannelRead(wrapInboundOut(bytes))
    }

    /// Adds the second parser to the pipeline.
    ///
    /// - Returns: Nil if the pipeline accepts no more handlers; then each request is refused.
    private func makeCrossCheck() -> ParserCrossCheck? {
        let crossCheck = ParserCrossCheck()
        let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        do {
            try context?.pipeline.syncOperations.addHandler(decoder)
            try context?.pipeline.syncOperations.addHandler(crossCheck)
            return crossCheck
        } catch {
            return nil
        }
    }

    /// Passes the whole request to the responder, or refuses it if the two parsers disagree.
    private func handOver() {
        let waiting = parked
        parked = nil
        let bodyLength = framing.body.count
        let scheme = settings.tls == nil ? "http" : "https"
        guard let head = framing.head, let crossCheck, crossCheck.agrees(with: head, bodyLength: bodyLength),
            let request = framing.takeRequest(scheme: scheme)
        else { return refuse(.malformed) }
        guard findCaller(of: request) else { return refuse(.forwardedConflict) }
        let charge = bodyCharge
        bodyCharge = nil
        deadlines.requestWhole()
        server.requestBegan()
        stage = .working(task: nil)
        encoding = ResponseEncoding(
            isHead: head.method == .head,
            closes: !head.keepAlive || lifetime.isLast,
            minorVersion: head.minorVersion
        )
        lifetime.served()
        if settings.isHealthCheck(request) {
            return deliver(OutgoingResponse(responder.health(from: caller)))
        }
        let caller = requestCaller ?? caller
        began = .now()
        switch waiting?.respond(to: request) ?? responder.respond(to: request, from: caller) {
        case .now(let outgoing): deliver(outgoing)
        case .later(let work): start(work, holding: charge)
        }
    }
}

import HTTPTypes
import Messages
import NIOCore
import NIOHTTP1

extension ConnectionHandler {
    func receive(_ bytes: ByteBuffer) {
        var bytes = bytes
        switch stage {
        case .receiving:
            keep(&bytes)
            proceed()
        case .writing(last: true):
            discarded += bytes.readableBytes
        case .parked, .working, .writing, .sending:
            // One piece was asked for, and there is room for it; anything more is the rest that the system hands
            // over when the client has closed: a flood of requests behind one that is in work is cut off after it.
            guard bytes.readableBytes <= Self.mostPending - pending.readableBytes else {
                pending.clear()
                inputEnded = true
                return
            }
            keep(&bytes)
        case .lingering:
            discarded += bytes.readableBytes
            guard discarded <= configuration.limits.body * Self.lingerBodies else { return cut() }
            context?.read()
        case .closed:
            break
        }
    }

    private func keep(_ bytes: inout ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.writeBuffer(&bytes)
        }
    }

    /// Goes on with what is there: request after request, until one takes time or the bytes run out.
    ///
    /// An answer that is written at once leads back here; the loop, not the stack, carries a long pipeline.
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

    func advance() {
        if framing.isBetweenRequests { deadlines.headBegan(now: .now()) }
        let isBody = framing.head != nil
        let before = pending
        let step = framing.consume(&pending)
        let taken = before.readableBytes - pending.readableBytes
        if case .refused(let refusal) = step { return refuse(refusal) }
        if isBody {
            deadlines.bodyReceived(taken)
            if let slice = before.getSlice(at: before.readerIndex, length: taken) { ask(slice) }
        } else if let wire = framing.takeWire() {
            ask(wire)
        }
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

    /// Shows bytes that the framing accepted to the second parser.
    private func ask(_ bytes: ByteBuffer) {
        if crossCheck == nil { crossCheck = makeCrossCheck() }
        context?.fireChannelRead(wrapInboundOut(bytes))
    }

    /// Nil where the pipeline takes no more handlers; then no request is agreed to.
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

    private func handOver() {
        let waited = parked
        parked = nil
        let bodyLength = framing.body.count
        let scheme = configuration.tls == nil ? "http" : "https"
        guard let head = framing.head, let crossCheck, crossCheck.agrees(with: head, bodyLength: bodyLength),
            let request = framing.takeRequest(scheme: scheme)
        else { return refuse(.malformed) }
        deadlines.requestWhole()
        server.requestBegan()
        stage = .working(task: nil)
        encoding = ResponseEncoding(
            isHead: head.method == .head,
            closes: !head.keepAlive,
            minorVersion: head.minorVersion
        )
        switch waited?.respond(to: request) ?? responder.respond(to: request, from: caller) {
        case .now(let outgoing): deliver(outgoing)
        case .later(let work): start(work)
        }
    }
}

import NIOCore

/// The fast path: responses to plain GETs at once, from their bytes.
///
/// The connection tries it only between two requests, so responses keep the order of requests. Requests that
/// came together get their responses in one write. Until the system has taken that write, the connection
/// reads and sends nothing more, as on the regular path.
extension ConnectionHandler {
    /// The number of bytes of collected responses that triggers a write.
    ///
    /// With one more response, less than ``SharedBody/least``, they fit in the 64 KiB of a reused buffer.
    private static let mostAtOnce = 40 << 10

    /// Responds to the received requests of the fast path, parks one, or hands one over.
    ///
    /// - Returns: False if the next request takes the regular path.
    func respondOnFastPath() -> Bool {
        isPlain = false
        // The last response of a connection says that it is the last one, which only the regular path does.
        guard framing.isBetweenRequests, !inputEnded, !server.isDraining, !lifetime.isLast else {
            return false
        }
        var responses = loopContext.borrowResponseBuffer(sharesBodies: settings.sharesBodies)
        defer { loopContext.returnResponseBuffer(responses) }
        // Callers that read slowly would hold what is collected; without room it is one response.
        let most = server.budget?.isExhausted == true ? 1 : Self.mostAtOnce
        var rejecting: NIODeadline?
        while responses.bytes.readableBytes < most, responses.sharedBody == nil, pending.readableBytes > 0,
            !lifetime.isLast, let request = FastPathRequest(pending, limits: settings.limits)
        {
            isPlain = true
            let caller = caller(of: request)
            if !responder.respond(to: request, from: caller, into: &responses) {
                if settings.isHealthCheck(request) { break }
                // The responses before it are sent before it waits.
                if responses.bytes.readableBytes == 0, let parked = responder.park(request, from: caller) {
                    park(parked, length: request.length)
                    return true
                }
                // One rejection for each turn of a connection, if others wait.
                if rejecting != nil, !postponed.isEmpty { break }
                var isShed = false
                if responder.isFull {
                    if !mustRespond, postponed.mustWait(for: .full) {
                        if responses.bytes.readableBytes > 0 { break }
                        postpone(for: .full, hasRequest: true)
                        return true
                    }
                    mustRespond = false
                    let began = rejecting ?? .now()
                    isShed = responder.shed(request, from: caller, into: &responses)
                    if isShed { rejecting = began }
                }
                guard isShed else {
                    if responses.bytes.readableBytes == 0, respond(toPlain: request, from: caller) {
                        return true
                    }
                    break
                }
            }
            pending.moveReaderIndex(forwardBy: request.length)
            lifetime.served()
        }
        guard responses.bytes.readableBytes > 0 else { return false }
        send(responses)
        if let rejecting { postponed.rejected(since: rejecting) }
        return true
    }

    /// Leaves a request in `pending` until the fetch that it waits for has ended.
    private func park(_ request: any ParkedRequest, length: Int) {
        deadlines.requestWhole()
        server.requestBegan()
        stage = .parked(length: length)
        parked = request
        requestNumber += 1
        loopContext.parked.value.add(self, number: requestNumber, with: request)
        // One piece is read, as while a task works.
        if pending.readableBytes == length { context?.read() }
    }

    /// Goes on with a parked request whose fetch has ended.
    func resume(_ number: Int) {
        guard case .parked(let length) = stage, number == requestNumber, let request = parked else { return }
        server.requestEnded()
        stage = .receiving
        if server.isDraining || !respond(to: request, length: length) { advance() }
        proceed()
    }

    /// Responds to a parked request; returns false if it takes the regular path.
    private func respond(to request: any ParkedRequest, length: Int) -> Bool {
        var response = loopContext.borrowResponseBuffer(sharesBodies: settings.sharesBodies)
        defer { loopContext.returnResponseBuffer(response) }
        guard request.respond(into: &response) else { return false }
        parked = nil
        pending.moveReaderIndex(forwardBy: length)
        lifetime.served()
        send(response)
        return true
    }

    private func send(_ responses: ResponseBuffer) {
        guard let context else { return }
        flush(responses.bytes, then: responses.sharedBody?.buffer, to: context)
        // A write that failed has closed the channel by now, and has changed the stage.
        guard case .receiving = stage else { return }
        let now = NIODeadline.now()
        if context.channel.isWritable {
            deadlines.responded(now: now)
        } else {
            stage = .sending
            server.requestBegan()
            deadlines.writeBegan(unsent: responses.count, now: now)
            chargeUnsent(responses.bytes.readableBytes)
        }
    }

    /// Goes on after a write of the fast path, once the system has its last byte.
    func sent() {
        responseCharge = nil
        server.requestEnded()
        responded()
    }
}

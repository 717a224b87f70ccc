import NIOCore

/// Plain GETs that the fast path declines, handed over as they were recognised.
///
/// The framing and the second parser do not see their bytes. ``FastPathRequest`` is stricter than both, and names where
/// the request ends: nothing is left for them to find.
extension ConnectionHandler {
    /// Hands a plain GET at the start of `pending` over to the responder.
    ///
    /// - Returns: False if it takes the regular path.
    func respond(toPlain request: FastPathRequest, from caller: Caller) -> Bool {
        began = .now()
        guard let response = responder.respond(toPlain: request, from: caller) else { return false }
        pending.moveReaderIndex(forwardBy: request.length)
        deadlines.requestWhole()
        server.requestBegan()
        stage = .working(task: nil)
        encoding = ResponseEncoding()
        lifetime.served()
        if isHopTrusted { requestCaller = caller }
        switch response {
        case .now(let outgoing): deliver(outgoing)
        case .later(let work): start(work, holding: nil)
        }
        return true
    }
}

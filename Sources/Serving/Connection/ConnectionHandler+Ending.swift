import Messages
import NIOCore
import NIOPosix
import NIOSSL

/// The end of a connection.
///
/// After a last response it ends in two steps (RFC 9112 section 9.6). First the output is closed. Then the
/// bytes that still come are read and dropped. This ends when the caller hangs up, at a deadline, or at a
/// bound. To close at once with unread bytes would make the system send RST. It can destroy the response
/// before the caller reads it.
extension ConnectionHandler {
    /// Closes the output after the last response, and waits for the caller to hang up.
    func linger() {
        guard let context else { return }
        if inputEnded { return close() }
        stage = .lingering
        deadlines.lingerBegan(now: .now())
        context.close(mode: .output, promise: nil)
        context.read()
        arm()
    }

    func close() {
        stage = .closed
        context?.close(promise: nil)
    }

    /// Closes the connection at once, without a TLS closure alert, which could wait.
    ///
    /// - Parameter reset: True to close by RST, so that the caller sees the failure.
    func cut(reset: Bool = false) {
        guard let context else { return }
        hangUp()
        if reset, let options = context.channel as? any SocketOptionProvider {
            _ = options.setSoLinger(Platform.resetOnClose)
        }
        let pipeline = context.pipeline.syncOperations
        if let tls = try? pipeline.context(handlerType: NIOSSLServerHandler.self) {
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    /// Handles the end of the input.
    ///
    /// The caller may still read, so each request that came whole gets its response on the open half (RFC
    /// 9112 section 9.6). A caller that has closed both halves looks the same until a write fails.
    func inputClosed() {
        inputEnded = true
        switch stage {
        case .receiving where proxyEntry?.hasBegun == true: refuseHop(.badProxyHeader, .cut)
        case .receiving, .lingering:
            if deadlines.isHandshaking { handshakeFailed(.cut) }
            close()
        case .parked, .postponed, .working, .writing, .sending, .closed: break
        }
    }

    func handshakeEnded() {
        let handler = try? context?.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        caller.verified(by: handler?.peerCertificate.map(CertificateNames.init))
        server.recordHandshake(.completed)
        deadlines.handshakeEnded(now: .now())
        if server.isDraining { deadlines.drain(now: .now()) }
        arm()
    }

    /// Counts a handshake that failed, and reports it.
    func handshakeFailed(_ outcome: HandshakeOutcome, detail: String = "") {
        server.recordHandshake(outcome)
        responder.handshakeFailed(outcome, from: caller, detail: detail)
    }

    func drain() {
        deadlines.drain(now: .now())
        arm()
    }

    /// Ends all work for a channel that is closed.
    func end() {
        hangUp()
        timer?.scheduled.cancel()
        timer = nil
    }

    /// Cancels the request in work and drops all received bytes.
    private func hangUp() {
        let request = parked
        parked = nil
        switch stage {
        case .parked:
            request?.abandon()
            server.requestEnded()
        case .postponed(let hasRequest): if hasRequest { server.requestEnded() }
        case .working(let task):
            task?.cancel()
            server.requestEnded()
        case .writing, .sending: server.requestEnded()
        case .receiving, .lingering, .closed: break
        }
        stage = .closed
        if let request { loopContext.parked.value.remove(request) }
        pending.clear()
        releaseCharges()
    }
}

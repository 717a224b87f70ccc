import Messages
import NIOCore
import NIOPosix
import NIOSSL

/// How a connection ends.
///
/// After a last answer it ends in two steps (RFC 9112 section 9.6): the output is closed, and what still comes in is
/// read and thrown away until the client hangs up, a deadline or a bound. To close at once with unread bytes would
/// make the system send RST, which can destroy the answer before the client has read it.
extension ConnectionHandler {
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

    /// Closes now: by RST where the client is to see that, and without a TLS farewell, which could wait.
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

    /// The client closed its side: it has hung up, as far as can be told.
    func inputClosed() {
        inputEnded = true
        switch stage {
        case .receiving, .lingering: close()
        case .parked:
            hangUp()
            close()
        case .working(let task):
            task?.cancel()
            pending.clear()
        case .writing, .sending, .closed: pending.clear()
        }
    }

    func handshakeEnded() {
        let handler = try? context?.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
        caller.certificate = handler?.peerCertificate.flatMap(CertificateName.of)
        deadlines.handshakeEnded(now: .now())
        if server.isDraining { deadlines.drain(now: .now()) }
        arm()
    }

    func drain() {
        deadlines.drain(now: .now())
        arm()
    }

    /// The channel is gone.
    func end() {
        hangUp()
        timer?.scheduled.cancel()
        timer = nil
    }

    private func hangUp() {
        switch stage {
        case .parked:
            parked?.abandon()
            parked = nil
            server.requestEnded()
        case .working(let task):
            task?.cancel()
            server.requestEnded()
        case .writing, .sending: server.requestEnded()
        case .receiving, .lingering, .closed: break
        }
        stage = .closed
        pending.clear()
    }
}

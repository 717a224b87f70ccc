import HTTPTypes
import Messages
import NIOCore

/// The callers that hops before the connection name.
extension ConnectionHandler {
    /// Handles the end of the PROXY header, or finds that there is none.
    func proxyEnded(_ header: ProxyHeader?) {
        proxyEntry = nil
        guard let source = header?.source, let hops = settings.hops, let channel = context?.channel else {
            return
        }
        caller = caller.forwarded(for: source.description)
        isHopTrusted = hops.trusted.contains(source)
        guard !isHopTrusted, !server.attribute(channel, to: caller.network) else { return }
        guard settings.tls == nil else {
            // A TLS handshake would cost more than the refusal saves.
            server.recordRefusal(.overloaded)
            return cut()
        }
        refuse(.overloaded)
    }

    /// Closes a connection for its PROXY header, or for the lack of one.
    func refuseHop(_ refusal: Refusal, _ fault: ProxyFault?) {
        proxyEntry = nil
        server.recordRefusal(refusal)
        responder.hopRefused(refusal, from: caller, detail: fault?.rawValue ?? "")
        cut()
    }

    /// Finds the caller of a whole request in its fields, if the hop is trusted.
    ///
    /// - Returns: False if the fields contradict each other.
    func findCaller(of request: Request) -> Bool {
        guard isHopTrusted, let hops = settings.hops else { return true }
        let fields = request.head.headerFields
        let forwardedFor = fields[values: .forwardedFor]
        let forwarded = fields[values: .forwarded]
        guard !forwardedFor.isEmpty || !forwarded.isEmpty else { return true }
        switch ForwardedCaller(forwardedFor: forwardedFor, forwarded: forwarded, trusted: hops.trusted) {
        case .nobody: return true
        case .conflict: return false
        case .address(let address):
            requestCaller = caller.forwarded(for: address.description)
            return true
        }
    }

    /// Returns the caller of a plain GET: the one that a trusted hop names, else that of the connection.
    func caller(of request: FastPathRequest) -> Caller {
        guard isHopTrusted, let value = request.forwardedFor, let hops = settings.hops else { return caller }
        if let known = loopContext.forwardedMemo.withValue({ $0.caller(of: value, under: settings) }) {
            return caller.forwarded(as: known)
        }
        let found = ForwardedCaller(forwardedFor: [value.text], forwarded: [], trusted: hops.trusted)
        guard case .address(let address) = found else { return caller }
        let named = Caller(address: address.description)
        loopContext.forwardedMemo.withValue { $0.insert(named, of: value, under: settings) }
        return caller.forwarded(as: named)
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded = known("forwarded")
    fileprivate static let forwardedFor = known("x-forwarded-for")

    /// Makes a name of a literal that is a token.
    private static func known(_ name: String) -> Self { Self(name) ?? .via }
}

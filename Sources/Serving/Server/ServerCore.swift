import NIOCore
import NIOPosix
import Synchronization

/// The part of a server that all its listeners share: its state, its settings and its event loops.
final class ServerCore: Sendable {
    let state: ServerState
    let settings: CurrentConfiguration
    let loops: EventLoops
    private let contexts: [ObjectIdentifier: EventLoopContext]

    init(_ configuration: ServerConfiguration, settings: ConnectionConfiguration, responder: any Responder) {
        state = ServerState(limits: configuration.limits)
        self.settings = CurrentConfiguration(settings)
        loops = configuration.loops
        contexts = EventLoopContext.all(
            of: configuration.loops,
            responder: responder,
            timeouts: configuration.timeouts
        )
    }

    /// Returns the bootstrap of a listener at an address.
    func bootstrap(_ address: ListenAddress, accepting: Bool) -> ServerBootstrap {
        ServerBootstrap(group: loops.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: accepting)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(self.state))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    defer { self.state.acceptEnded() }
                    guard let loopContext = self.contexts[ObjectIdentifier(channel.eventLoop)] else {
                        throw ConnectionSetupError.foreignEventLoop
                    }
                    try Self.setOptions(of: channel, at: address)
                    try self.admit(channel, at: address, loopContext: loopContext)
                }
            }
    }

    /// Sets the options of a connection synchronously.
    ///
    /// The bootstrap would need a future for each of them: half of the cost of accepting a connection.
    private static func setOptions(of channel: any Channel, at address: ListenAddress) throws {
        guard let options = channel.syncOptions else { throw ConnectionSetupError.noSynchronousOptions }
        try options.setOption(.autoRead, value: false)
        // Each `read()` brings one piece at most, and `ConnectionHandler` has room for it.
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.allowRemoteHalfClosure, value: true)
        try options.setOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
        if case .tcp = address { try options.setOption(.tcpOption(.tcp_nodelay), value: 1) }
    }

    /// Sets up the pipeline of a connection, or refuses the connection.
    private func admit(
        _ channel: any Channel,
        at address: ListenAddress,
        loopContext: EventLoopContext
    ) throws {
        let settings = settings.value
        var caller = Caller(address: channel.remoteAddress?.ipAddress ?? "")
        var isTrusted = settings.hops?.trusted.contains(caller.address) ?? false
        var isCounted = !isTrusted
        if case .unix(let path) = address {
            caller = Caller(address: path, userID: SocketUser.userID(of: channel))
            isTrusted = settings.hops != nil
            isCounted = false
        }
        var refusal: Refusal?
        switch state.admit(channel, caller: isCounted ? caller.network : nil) {
        case .admitted: break
        case .dropped: throw ConnectionSetupError.dropped
        case .refused(let reason):
            // A TLS handshake would cost more than the refusal saves.
            guard settings.tls == nil else {
                state.recordRefusal(reason)
                throw ConnectionSetupError.refused(reason)
            }
            refusal = reason
        }
        let pipeline = channel.pipeline.syncOperations
        let proxyProtocol = settings.hops?.proxyProtocol ?? .off
        var proxyEntry: ProxyEntry?
        if proxyProtocol != .off, refusal == nil {
            guard isTrusted || proxyProtocol == .optional else {
                state.recordRefusal(.untrustedProxy)
                loopContext.responder.hopRefused(.untrustedProxy, from: caller, detail: "")
                throw ConnectionSetupError.refused(.untrustedProxy)
            }
            let entry = ProxyEntry(isRequired: proxyProtocol == .required, isTrusted: isTrusted)
            try pipeline.addHandler(entry)
            proxyEntry = entry
        }
        let verification = settings.tls.map { CallerVerification($0.authorities) }
        if let tls = settings.tls, let verification {
            try pipeline.addHandler(TLSEntry(tls.context, verification))
        }
        try pipeline.addHandler(
            ConnectionHandler(
                server: state,
                loopContext: loopContext,
                settings: settings,
                verification: verification,
                caller: caller,
                isHopTrusted: isTrusted,
                proxyEntry: proxyEntry,
                refusing: refusal
            )
        )
    }
}

/// The settings for new connections.
final class CurrentConfiguration: Sendable {
    private let settings: Mutex<ConnectionConfiguration>

    init(_ settings: ConnectionConfiguration) { self.settings = Mutex(settings) }

    var value: ConnectionConfiguration { settings.withLock { $0 } }

    func replace(by settings: ConnectionConfiguration) { self.settings.withLock { $0 = settings } }
}

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A listening HTTP/1.1 server, with TLS if it is configured.
///
/// It listens until it is drained: dropping the reference does not end it.
package final class HTTPServer: Sendable {
    /// The TCP port that the system gave; 0 on a Unix socket.
    package let boundPort: Int
    /// The address in the form of the configuration: `127.0.0.1:40123`, `unix:/path`.
    package let boundAddress: String
    private let listener: any Channel
    private let state: ServerState
    /// The file of a Unix socket, until it is removed.
    private let socketFile: Mutex<SocketFile?>

    private init(
        listener: any Channel,
        socketFile: SocketFile?,
        state: ServerState,
        configured: ListenAddress
    ) {
        self.listener = listener
        self.socketFile = Mutex(socketFile)
        self.state = state
        let address = listener.localAddress
        boundPort = address?.port ?? 0
        boundAddress =
            switch configured {
            case .tcp(let host, let port):
                ListenAddress.tcp(host: address?.ipAddress ?? host, port: address?.port ?? port).description
            case .unix: configured.description
            }
    }

    /// Starts a server, and returns once it listens.
    package static func start(
        _ configuration: ServerConfiguration,
        responder: any Responder
    ) async throws(ServingError) -> HTTPServer {
        let state = ServerState(limits: configuration.limits)
        let tls = try configuration.tls?.context()
        let contexts = EventLoopContext.all(of: configuration, responder: responder)
        let bootstrap = ServerBootstrap(group: configuration.loops.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(state))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    defer { state.acceptEnded() }
                    guard let loopContext = contexts[ObjectIdentifier(channel.eventLoop)] else {
                        throw ConnectionSetupError.foreignEventLoop
                    }
                    try setOptions(of: channel, at: configuration.address)
                    try admit(channel, to: state, tls: tls, loopContext: loopContext)
                }
            }
        do {
            let (listener, file) = try await listen(configuration, bootstrap)
            return HTTPServer(
                listener: listener,
                socketFile: file,
                state: state,
                configured: configuration.address
            )
        } catch {
            throw .cannotBind(address: configuration.address.description, reason: BindReason.text(error))
        }
    }

    /// Binds the address and listens; returns the file of a Unix socket too.
    private static func listen(
        _ configuration: ServerConfiguration,
        _ bootstrap: ServerBootstrap
    ) async throws -> (listener: any Channel, file: SocketFile?) {
        switch configuration.address {
        case .tcp(let host, let port):
            return (try await bootstrap.bind(host: host, port: port).get(), nil)
        case .unix(let path):
            let file = try await SocketFile.listen(at: path, permissions: configuration.permissions)
            do {
                let listener = try await bootstrap.withBoundSocket(file.descriptor).get()
                file.restoreBacklog()
                return (listener, file)
            } catch {
                file.remove()
                throw error
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
    private static func admit(
        _ channel: any Channel,
        to state: ServerState,
        tls: NIOSSLContext?,
        loopContext: EventLoopContext
    ) throws {
        var caller = Caller(address: channel.remoteAddress?.ipAddress ?? "")
        var counted: String? = caller.network
        if case .unix(let path) = loopContext.configuration.address {
            caller = Caller(address: path)
            counted = nil
        }
        var refusal: Refusal?
        switch state.admit(channel, caller: counted) {
        case .admitted: break
        case .dropped: throw ConnectionSetupError.dropped
        case .refused(let reason):
            // A TLS handshake would cost more than the refusal saves.
            guard tls == nil else {
                state.recordRefusal(reason)
                throw ConnectionSetupError.refused(reason)
            }
            refusal = reason
        }
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(TLSEntry(tls)) }
        try pipeline.addHandler(
            ConnectionHandler(server: state, loopContext: loopContext, caller: caller, refusing: refusal)
        )
    }

    /// Stops accepting, lets the requests in work finish, and returns when no connection is open.
    ///
    /// An idle connection is closed once no request can be on its way. A request that still comes gets a
    /// response with `connection: close`.
    ///
    /// - Parameter timeout: The time after which the remaining connections are cut.
    package func drain(timeout: Duration) async {
        state.beginDraining()
        // Once, and while the socket is open: see `SocketFile.remove`.
        socketFile.withLock { exchange(&$0, with: nil) }?.remove()
        try? await listener.close().get()
        state.stopAccepting()
        if await !isEmpty(within: timeout) {
            state.broadcast(.abort)
            _ = await isEmpty(within: .seconds(1))
        }
    }

    /// Waits until no connection is open; returns false if the time ends first.
    private func isEmpty(within time: Duration) async -> Bool {
        let loop = listener.eventLoop
        let promise = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: TimeAmount(time)) {
            promise.fail(DrainError.timedOut)
        }
        state.whenEmpty(promise)
        defer { timer.cancel() }
        do {
            try await promise.futureResult.get()
            return true
        } catch {
            return false
        }
    }

    package func statistics() -> ServerStatistics { state.statistics() }
}

/// The failure of a drain.
private enum DrainError: Error {
    /// Connections were still open when the time ended.
    case timedOut
}

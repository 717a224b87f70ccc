import NIOCore
import NIOPosix

/// The open listener of a server, and its address.
struct ListeningPlace: Sendable {
    let core: ServerCore
    let channel: any Channel
    let configured: ListenAddress
    /// The file of a Unix socket.
    let file: SocketFile?

    /// Binds the address of a configuration and listens.
    ///
    /// - Parameter accepting: False to leave new connections in the backlog until ``accept()``.
    static func open(
        _ configuration: ServerConfiguration,
        core: ServerCore,
        accepting: Bool
    ) async throws(ServingError) -> Self {
        let address = configuration.address
        var bootstrap = core.bootstrap(address, accepting: accepting)
        do {
            if let inherited = configuration.inherited {
                let channel = try await bootstrap.withBoundSocket(inherited.descriptor).get()
                Platform.setBacklog(of: inherited.descriptor, to: 1024)
                // The file of a Unix socket belongs to the process that made it.
                return Self(core: core, channel: channel, configured: address, file: nil)
            }
            switch address {
            case .tcp(let host, let port):
                if configuration.reusePort {
                    bootstrap = bootstrap.serverChannelOption(
                        .socketOption(.init(rawValue: Platform.reusePort)),
                        value: 1
                    )
                }
                let channel = try await bootstrap.bind(host: host, port: port).get()
                return Self(core: core, channel: channel, configured: address, file: nil)
            case .unix(let path):
                let file = try await SocketFile.listen(at: path, permissions: configuration.permissions)
                do {
                    let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
                    file.restoreBacklog()
                    return Self(core: core, channel: channel, configured: address, file: file)
                } catch {
                    file.remove()
                    throw error
                }
            }
        } catch {
            throw .cannotBind(address: address.description, reason: BindReason.text(error))
        }
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// The address in the form of the configuration, with the port that the system chose.
    var address: String {
        switch configured {
        case .tcp(let host, let port):
            let bound = channel.localAddress
            return ListenAddress.tcp(host: bound?.ipAddress ?? host, port: bound?.port ?? port).description
        case .unix: return configured.description
        }
    }

    /// Begins to accept connections.
    func accept() async { try? await channel.setOption(.autoRead, value: true).get() }

    /// Stops listening; does nothing when called again.
    func close() async {
        // Once, and while the socket is open: see `SocketFile.remove`.
        if channel.isActive {
            file?.remove()
            await finishAccepting()
        }
        try? await channel.close().get()
    }

    /// Lets the connections that are accepted, and not yet set up, become known.
    ///
    /// NIO resets an accepted connection whose listener closes before the set-up is over.
    private func finishAccepting() async {
        try? await channel.setOption(.autoRead, value: false).get()
        for _ in 0..<200 where core.state.hasUndecided { try? await Task.sleep(for: .milliseconds(1)) }
        // The last step of a set-up goes from the loop of the connection to that of the listener.
        _ = await core.loops.respond(within: .milliseconds(200))
        try? await channel.eventLoop.submit {}.get()
    }
}

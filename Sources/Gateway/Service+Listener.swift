import CognitoSync
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
        server.reusePort = listen.reusePort
        server.permissions = SocketPermissions(mode: listen.mode, group: listen.group)
        server.tls = listen.tls.files
        var hops = HopPolicy()
        hops.proxyProtocol = listen.proxyProtocol
        hops.trusted = TrustedNetworks(listen.trusted)
        server.hops = hops
        server.healthPath = listen.health
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
        server.limits.requestsPerConnection = limits.requestsPerConnection
        server.timeouts.age = timeouts.connection
        server.timeouts.silent = timeouts.silent
        server.timeouts.handshake = timeouts.silent
        server.timeouts.head = timeouts.head
        server.timeouts.body = timeouts.body
        server.timeouts.writeStall = timeouts.write
        server.timeouts.idle = timeouts.idle
        return server
    }

    /// Returns the configuration of the operators' listener.
    static func adminListener(
        _ configuration: Configuration,
        bounds: ServiceBounds,
        loops: EventLoops
    ) -> ServerConfiguration {
        var server = ServerConfiguration(address: configuration.admin.address, loops: loops)
        server.tls = configuration.admin.tls.files
        server.limits.body = StreamBatch.maximumBytes
        server.limits.connections = bounds.plan.admin
        server.limits.refusedConnections = 8
        server.limits.undecidedConnections = 8
        return server
    }

    /// Returns the bounds that a configuration has in this process.
    func bounds(of configuration: Configuration) -> ServiceBounds {
        ServiceBounds(
            configuration,
            descriptors: DescriptorLimit.current(),
            reserved: launch.reservedDescriptors,
            memory: AvailableMemory.bytes(),
            loops: loops.workers + adminLoop.workers
        )
    }
}

package import GatewayConfiguration
import Logging
package import Serving

/// The bounds of a service that follow from its configuration and the system together.
package struct ServiceBounds: Sendable, Equatable {
    /// The open files and sockets that the system allows this process.
    package let descriptors: Int
    package let plan: DescriptorPlan
    package let configuredConnections: Int
    /// The bytes of request bodies and unsent responses together.
    package let bytes: Int
    /// The bytes of the cache.
    package let cache: Int

    /// Derives the bounds.
    ///
    /// - Parameters:
    ///   - descriptors: The limit of the system on open files and sockets.
    ///   - reserved: The descriptors that other parts of the process need, beside the gateway.
    ///   - memory: The memory that this process may use, in bytes.
    ///   - loops: The number of event loops.
    package init(
        _ configuration: Configuration,
        descriptors: Int,
        reserved: Int = 0,
        memory: @autoclosure () -> Int,
        loops: Int
    ) {
        self.descriptors = descriptors
        configuredConnections = configuration.limits.connections
        plan = DescriptorPlan(
            limit: descriptors,
            configured: configuration.limits.connections,
            upstream: configuration.upstream.connections + reserved,
            loops: loops
        )
        bytes = configuration.limits.bytes ?? memory() / 4
        cache = configuration.cache.memory
    }

    /// Whether the system allows fewer connections of callers than are configured.
    package var isLowered: Bool { plan.callers < configuredConnections }

    /// Says at the start what the process may hold, and why it is less than configured.
    func log(to logger: Logger) {
        logger.info(
            "memory is bounded",
            metadata: ["cache": "\(cache)", "bytes": "\(bytes)", "connections": "\(plan.callers)"]
        )
        guard isLowered else { return }
        logger.notice(
            "limits.connections is lowered, because the system allows too few open files; raise its limit (nofile)",
            metadata: [
                "configured": "\(configuredConnections)", "effective": "\(plan.callers)",
                "descriptors": "\(descriptors)",
            ]
        )
    }
}

import CredentialSources
import GatewayConfiguration
import Glibc
import Logging
import Serving
import Synchronization
import Telemetry

extension Service {
    /// Writes one line with what a reader of the log asks first.
    func logStart(_ configuration: Configuration) {
        let upstream = configuration.upstream
        let build = launch.build
        let bounds = state.withLock { $0.bounds }
        logger.info(
            "started",
            metadata: [
                "version": "\(build.version)", "revision": "\(build.revision)",
                "configuration": "\(launch.file ?? "none")", "region": "\(upstream.region)",
                "endpoint": "\(upstream.origin)",
                "credentials": "\(configuration.credentials.sources.map(\.rawValue).joined(separator: ","))",
                "workers": "\(loops.workers)", "cache_bytes": "\(configuration.cache.memory)",
                "connections": "\(bounds.plan.callers)", "in_flight": "\(configuration.limits.inFlight)",
                "body_bytes": "\(configuration.limits.body)", "buffer_bytes": "\(bounds.bytes)",
                "upstream_connections": "\(upstream.connections)", "uid": "\(getuid())",
            ]
        )
    }
}

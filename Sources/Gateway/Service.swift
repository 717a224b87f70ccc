import CognitoSync
package import Logging
import Policy
import Serving
import SigV4
import Synchronization

/// The gateway put together: built from a configuration, listening, reloadable, drained once.
package final class Service: Sendable {
    let launch: Launch
    let clock: GatewayClock
    let loops: EventLoops
    /// The admin listener's own: it answers whatever the callers keep the others busy with.
    let adminLoop: EventLoops
    let telemetry: Telemetry
    let writer: LogWriter
    package let logger: Logger
    let reads: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let currentRuntime: CurrentRuntime
    /// Where no key is configured: one of this process, the same after a reload.
    let ownSealer = TokenSealer.random()
    let state: Mutex<State>
    /// Held for the length of a reload: two at once would each replace what they found.
    let reloading = Mutex(())
    private let drainRequests = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// What changes while it runs.
    struct State {
        var phase = ServiceFacts.State.starting
        var link: UpstreamBinding
        var server: HTTPServer?
        var admin: HTTPServer?
        var isReleased = false
        let startedAt: Instant
    }

    /// Builds the gateway and begins to listen.
    package static func start(
        _ configuration: Configuration,
        launch: Launch
    ) async throws(ServiceError) -> Service {
        let service = try Service(configuration, launch: launch)
        do throws(ServiceError) {
            try await service.listen(configuration)
        } catch {
            await service.release()
            throw error
        }
        return service
    }

    private init(_ configuration: Configuration, launch: Launch) throws(ServiceError) {
        self.launch = launch
        clock = .system
        let now = clock.monotonic()
        let salt = try Self.salt(configuration.log)
        let sealer = try configuration.sealer(orElse: ownSealer)
        let format = configuration.log.format
        let log = AccessLog(
            format: format,
            identities: IdentityName(form: configuration.log.identities, salt: salt)
        )
        writer = LogWriter(render: { log.line($0) }, write: launch.output)
        let (writer, wall, level) = (writer, clock.wall, configuration.log.level)
        logger = Logger(label: "syncgate") { label in
            LineLogHandler(label: label, level: level, format: format, writer: writer, now: wall)
        }
        reads = RecordsCache(limits: configuration.cacheLimits, noticesChanges: launch.noticesChanges)
        metadataCache = MetadataCache(limits: configuration.readLimits, noticesChanges: launch.noticesChanges)
        admission = Admission(configuration, now: now)
        let gauges = GaugeProvider()
        let metrics = Metrics(build: launch.build, gauges: { gauges.read() })
        telemetry = Telemetry(metrics: metrics, writer: configuration.log.access ? writer : nil)
        let link: UpstreamBinding
        do throws(ServiceError) {
            link = try UpstreamBinding(
                configuration,
                chain: launch.chain(configuration),
                watch: CredentialsStatus(metrics: metrics, logger: logger),
                clock: clock,
                metrics: metrics
            )
        } catch {
            writer.stop(timeout: .seconds(1))
            throw error
        }
        currentRuntime = CurrentRuntime(Runtime(configuration, forwarder: link.forwarder, sealer: sealer))
        state = Mutex(State(link: link, startedAt: now))
        loops = EventLoops(workers: configuration.workers)
        adminLoop = EventLoops(workers: 1)
        gauges.attach(self)
    }

    private func listen(_ configuration: Configuration) async throws(ServiceError) {
        let pipeline = Pipeline(
            currentRuntime: currentRuntime,
            reads: reads,
            metadataCache: metadataCache,
            admission: admission,
            telemetry: telemetry,
            clock: clock
        )
        let server = try await start(configuration.server(loops: loops), responder: pipeline, key: "listen")
        state.withLock { $0.server = server }
        let token = try configuration.adminToken
        let access = AdminGuard(token: token, address: configuration.admin.address)
        let responder = AdminResponder(access: access, actions: adminActions, metrics: telemetry.metrics)
        var listener = ServerConfiguration(address: configuration.admin.address, loops: adminLoop)
        listener.limits.body = StreamBatch.maximumBytes
        let admin = try await start(listener, responder: responder, key: "admin")
        state.withLock {
            $0.admin = admin
            $0.phase = .serving
        }
        for (name, server) in [("gateway", server), ("admin", admin)] {
            logger.info(
                "listening",
                metadata: ["listener": "\(name)", "address": "\(server.boundAddress)"]
            )
        }
    }

    private func start(
        _ configuration: ServerConfiguration,
        responder: any Responder,
        key: String
    ) async throws(ServiceError) -> HTTPServer {
        do {
            return try await HTTPServer.start(configuration, responder: responder)
        } catch {
            throw ServiceError(error, key: key)
        }
    }

    /// Where callers connect, with the port that the system gave.
    package var address: String { state.withLock { $0.server?.boundAddress } ?? "" }
    package var adminAddress: String { state.withLock { $0.admin?.boundAddress } ?? "" }
    package var port: Int { state.withLock { $0.server?.boundPort } ?? 0 }
    package var adminPort: Int { state.withLock { $0.admin?.boundPort } ?? 0 }

    /// Asks for a drain, from the admin listener or from anywhere.
    package func requestDrain() { drainRequests.continuation.yield() }

    /// Returns when somebody has asked for a drain.
    package func drainRequested() async {
        for await _ in drainRequests.stream { return }
    }
}

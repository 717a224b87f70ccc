import CognitoSync
package import GatewayConfiguration
package import Logging
import Policy
import Serving
import SigV4
import Synchronization
import Telemetry

/// The whole gateway: built from a configuration, listening, reloadable, drained once.
package final class Service: Sendable {
    let launch: Launch
    let clock: GatewayClock
    let loops: EventLoops
    /// The event loop of the admin listener, which responds while callers keep the others busy.
    let adminLoop: EventLoops
    let reporter: RequestReporter
    let writer: LogWriter
    package let logger: Logger
    let recordsCache: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    let repeatedWrites = RepeatedWrites()
    let currentRuntime: CurrentRuntime
    /// The bounds since the start; a change of them waits for a restart, as the listeners do.
    let bounds: ServiceBounds
    /// The sealer for a configuration without a key.
    ///
    /// It stays the same after a reload.
    let ownSealer = TokenSealer.random()
    let state: Mutex<State>
    /// Locked during a reload: two at once would each replace the state that they found.
    let reloading = Mutex(())
    private let drainRequests = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// The state that changes while the service runs.
    struct State {
        var phase = ServiceFacts.State.starting
        var binding: UpstreamBinding
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
        service.state.withLock { $0.binding }.loadCredentials()
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
        writer = LogWriter(render: { log.line($0) }, output: launch.output)
        let (writer, wall, level) = (writer, clock.wall, configuration.log.level)
        logger = Logger(label: "syncgate") { label in
            LineLogHandler(label: label, level: level, format: format, writer: writer, now: wall)
        }
        recordsCache = RecordsCache(limits: configuration.cacheLimits, noticesChanges: launch.noticesChanges)
        metadataCache = MetadataCache(limits: configuration.readLimits, noticesChanges: launch.noticesChanges)
        admission = Admission(configuration, now: now)
        let gauges = GaugeProvider()
        let metrics = Metrics(build: launch.build, gauges: { gauges.read() })
        reporter = RequestReporter(metrics: metrics, writer: configuration.log.access ? writer : nil)
        let binding: UpstreamBinding
        do throws(ServiceError) {
            binding = try UpstreamBinding(
                configuration,
                search: launch.search(configuration),
                credentialsStatus: CredentialsStatus(metrics: metrics, logger: logger),
                clock: clock,
                metrics: metrics,
                meter: admission
            )
        } catch {
            writer.stop(timeout: .seconds(1))
            throw error
        }
        let forwarder = binding.forwarder
        currentRuntime = CurrentRuntime(
            Runtime(configuration, forwarder: forwarder, sealer: sealer, generation: 0)
        )
        state = Mutex(State(binding: binding, startedAt: now))
        loops = EventLoops(workers: configuration.workers)
        adminLoop = EventLoops(workers: 1)
        bounds = ServiceBounds(
            configuration,
            descriptors: DescriptorLimit.current(),
            reserved: launch.reservedDescriptors,
            memory: AvailableMemory.bytes(),
            loops: loops.workers + adminLoop.workers
        )
        gauges.attach(self)
    }

    private func listen(_ configuration: Configuration) async throws(ServiceError) {
        let pipeline = Pipeline(
            currentRuntime: currentRuntime,
            recordsCache: recordsCache,
            metadataCache: metadataCache,
            admission: admission,
            reporter: reporter,
            clock: clock,
            siteWarnings: SiteWarnings(logger),
            repeatedWrites: repeatedWrites
        )
        // The admin listener first: a start that fails here has taken nothing from the process that serves.
        let access = AdminGuard(
            tokens: try configuration.adminTokens,
            address: configuration.admin.address,
            hosts: configuration.listen.hosts,
            isOpen: configuration.admin.open
        )
        let responder = AdminResponder(access: access, actions: adminActions, metrics: reporter.metrics)
        var adminListener = ServerConfiguration(address: configuration.admin.address, loops: adminLoop)
        adminListener.limits.body = StreamBatch.maximumBytes
        adminListener.limits.connections = bounds.plan.admin
        adminListener.limits.refusedConnections = 8
        adminListener.limits.undecidedConnections = 8
        let admin = try await start(adminListener, responder: responder, key: "admin")
        state.withLock { $0.admin = admin }
        bounds.log(to: logger)
        let listener = Self.listener(configuration, bounds: bounds, loops: loops)
        let server = try await start(listener, responder: pipeline, key: "listen")
        state.withLock {
            $0.server = server
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

    /// The address of the callers' listener, with the port that the system chose.
    package var address: String { state.withLock { $0.server?.boundAddress } ?? "" }
    package var port: Int { state.withLock { $0.server?.boundPort } ?? 0 }
    package var adminPort: Int { state.withLock { $0.admin?.boundPort } ?? 0 }

    /// Requests a drain, which the program then starts.
    package func requestDrain() { drainRequests.continuation.yield() }

    /// Returns after a drain was requested.
    package func drainRequested() async {
        for await _ in drainRequests.stream { return }
    }
}

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
    let failures: FailureLog
    let recordsCache: RecordsCache
    let metadataCache: MetadataCache
    let admission: Admission
    /// The issuers of callers' tokens, whose keys outlive a reload.
    let issuers: TokenIssuers
    let repeatedWrites = RepeatedWrites()
    let currentRuntime: CurrentRuntime
    /// The configuration of the start, whose keys that wait for a restart are still in force.
    let startConfiguration: Configuration
    /// The log as a reload may change it.
    let logSettings: LogConfiguration
    let accessLog: CurrentAccessLog
    let access: CurrentAccess
    let watched = Mutex(WatchedFiles())
    /// The salt for a configuration without one.
    ///
    /// It stays the same after a reload, as the sealer does.
    let ownSalt: [UInt8]
    /// The sealer for a configuration without a key.
    ///
    /// It stays the same after a reload.
    let ownSealer = TokenSealer.random()
    let state: Mutex<State>
    let reloads = ReloadLine()
    private let drainRequests = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// The state that changes while the service runs.
    struct State {
        var phase = ServiceFacts.State.starting
        var binding: UpstreamBinding
        var server: HTTPServer?
        var admin: HTTPServer?
        var isReleased = false
        var bounds: ServiceBounds
        /// The task that looks at the files.
        var watch: Task<Void, Never>?
        /// The last reload; nil before the first.
        var lastReload: LastReload?
        let startedAt: Instant
    }

    /// Builds the gateway and begins to listen.
    package static func start(
        _ configuration: Configuration,
        launch: Launch
    ) async throws(ServiceError) -> Service {
        let service = try Service(configuration, launch: launch)
        service.state.withLock { $0.binding }.loadCredentials()
        service.issuers.start()
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
        startConfiguration = configuration
        // Before anything starts a thread: a file that cannot be used must leave none behind.
        access = CurrentAccess(try configuration.adminGuard)
        let keys = try configuration.apiKeys
        ownSalt = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let salt = try Self.salt(configuration.log, orElse: ownSalt)
        let sealer = try configuration.sealer(orElse: ownSealer)
        let format = configuration.log.format
        let log = CurrentAccessLog(
            AccessLog(
                format: format,
                identities: IdentityName(form: configuration.log.identities, salt: salt)
            )
        )
        let settings = LogConfiguration(level: configuration.log.level, format: format)
        (accessLog, logSettings) = (log, settings)
        writer = LogWriter(render: { log.line($0) }, output: launch.output)
        let (writer, wall) = (writer, clock.wall)
        logger = Logger(label: "syncgate") { label in
            LineLogHandler(label: label, settings: settings, writer: writer, now: wall)
        }
        recordsCache = RecordsCache(limits: configuration.cacheLimits, noticesChanges: launch.noticesChanges)
        metadataCache = MetadataCache(limits: configuration.readLimits, noticesChanges: launch.noticesChanges)
        admission = Admission(configuration, now: now)
        let gauges = GaugeProvider()
        let metrics = Metrics(build: launch.build, gauges: { gauges.read() })
        reporter = RequestReporter(metrics: metrics, writer: writer)
        reporter.writesAccessLines(configuration.log.access)
        failures = FailureLog(metrics: metrics, logger: logger, clock: clock)
        let binding: UpstreamBinding
        do throws(ServiceError) {
            binding = try UpstreamBinding(
                configuration,
                search: launch.search(configuration),
                credentialsStatus: CredentialsStatus(metrics: metrics, logger: logger, failures: failures),
                clock: clock,
                metrics: metrics,
                meter: admission
            )
        } catch {
            writer.stop(timeout: .seconds(1))
            throw error
        }
        let forwarder = binding.forwarder
        issuers = TokenIssuers(configuration.callers.tokenIssuers, logger: logger, clock: clock)
        let callers = CallerRules(
            configuration.callers,
            accounts: admission.accounts,
            keys: keys,
            issuers: issuers,
            generation: 0
        )
        currentRuntime = CurrentRuntime(
            Runtime(configuration, forwarder: forwarder, sealer: sealer, callers: callers, generation: 0)
        )
        loops = EventLoops(workers: configuration.workers)
        adminLoop = EventLoops(workers: 1)
        let bounds = ServiceBounds(
            configuration,
            descriptors: DescriptorLimit.current(),
            reserved: launch.reservedDescriptors,
            memory: AvailableMemory.bytes(),
            loops: loops.workers + adminLoop.workers
        )
        state = Mutex(State(binding: binding, bounds: bounds, startedAt: now))
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
            handshakes: HandshakeNotices(logger, listener: "gateway", clock: clock),
            callerNotices: CallerNotices(logger, clock: clock),
            hopNotices: HopNotices(logger, clock: clock),
            checks: adminActions.checks,
            repeatedWrites: repeatedWrites
        )
        // The admin listener first: a start that fails here has taken nothing from the process that serves.
        let stamps = WatchedFiles.stamps(of: configuration)
        watched.withLock { $0.adopted(stamps) }
        let responder = AdminResponder(
            access: access,
            actions: adminActions,
            metrics: reporter.metrics,
            handshakes: HandshakeNotices(logger, listener: "admin", clock: clock)
        )
        let bounds = state.withLock { $0.bounds }
        var adminListener = Self.adminListener(configuration, bounds: bounds, loops: adminLoop)
        adminListener.inherited = launch.sockets.admin
        let admin = try await start(adminListener, responder: responder, key: "admin")
        state.withLock { $0.admin = admin }
        bounds.log(to: logger)
        var listener = Self.listener(configuration, bounds: bounds, loops: loops)
        listener.inherited = launch.sockets.gateway
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
        logStart(configuration)
        logNotices(errorsOnly: true)
        watchFiles()
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

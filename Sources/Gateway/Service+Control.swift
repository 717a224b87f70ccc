import Logging
import Policy
import Serving
import Synchronization
import Upstream

/// Reload, drain and what the admin listener asks for.
extension Service {
    /// Reads the configuration anew and puts it in force as a whole, or keeps the old one.
    ///
    /// Listeners, cache, buckets and counters survive; what needs a new listener waits for a restart.
    package func reload() async -> ReloadResult {
        guard let read = launch.reload else { return .nothingToRead }
        do throws(ConfigurationProblems) {
            let loaded = try reloading.withLock { _ throws(ConfigurationProblems) in
                let loaded = try read()
                try apply(loaded.configuration)
                return loaded
            }
            telemetry.metrics.count(.reloaded(succeeded: true))
            for warning in loaded.warnings { logger.warning("\(warning)") }
            logger.info("configuration reloaded")
            return .applied(warnings: loaded.warnings)
        } catch {
            telemetry.metrics.count(.reloaded(succeeded: false))
            for problem in error.all {
                logger.error("configuration not reloaded", metadata: ["problem": "\(problem)"])
            }
            return .refused(error.all)
        }
    }

    private func apply(_ configuration: Configuration) throws(ConfigurationProblems) {
        let old = state.withLock { $0.link }
        let now = clock.monotonic()
        let oldSettings = currentRuntime.value
        let sealer: TokenSealer
        let link: UpstreamBinding
        do throws(ServiceError) {
            sealer = try configuration.sealer(orElse: ownSealer)
            link = try UpstreamBinding(
                configuration,
                chain: launch.chain(configuration),
                watch: CredentialsStatus(metrics: telemetry.metrics, logger: logger),
                clock: clock,
                metrics: telemetry.metrics,
                succeeding: old
            )
        } catch {
            throw error.problems
        }
        state.withLock { $0.link = link }
        if link.client !== old.client { old.retire() }
        let runtime = Runtime(configuration, forwarder: link.forwarder, sealer: sealer)
        currentRuntime.replace(by: runtime)
        admission.reload(configuration, now: now)
        reads.resize(configuration.cacheLimits)
        metadataCache.resize(configuration.readLimits)
        // After the settings: what is fetched from now on is the new origin's, with tokens of the new key.
        if old.isForeign(to: configuration) || oldSettings.tokensDiffer(from: runtime) {
            _ = purge(PurgeScope())
        }
    }

    private func purge(_ scope: PurgeScope) -> Int {
        reads.purge(pool: scope.pool, identity: scope.identity, dataset: scope.dataset)
            + metadataCache.purge(pool: scope.pool, identity: scope.identity, dataset: scope.dataset)
    }

    /// Stops taking requests, lets those in work finish within `drain.timeout`, and ends everything.
    ///
    /// A second call while the first is at work, or after it, changes nothing and returns at once.
    package func drain() async {
        let (isFirst, server, admin) = state.withLock { state in
            let isFirst = state.phase != .draining
            state.phase = .draining
            return (isFirst, state.server, state.admin)
        }
        guard isFirst else { return }
        let drain = currentRuntime.value.configuration.drain
        logger.info("draining", metadata: ["timeout": "\(drain.timeout)"])
        // Ready is off; those who watch it get the time to look away before the listener closes.
        try? await Task.sleep(for: drain.delay)
        await server?.drain(timeout: drain.timeout)
        await admin?.drain(timeout: .milliseconds(200))
        await release()
    }

    /// Ends threads and gives the log its last lines; also after a start that failed.
    ///
    /// Once: event loops that have ended can be asked for nothing more.
    func release() async {
        let isFirst = state.withLock { exchange(&$0.isReleased, with: true) } == false
        guard isFirst else { return }
        let (server, admin, link) = state.withLock { ($0.server, $0.admin, $0.link) }
        await server?.drain(timeout: .zero)
        await admin?.drain(timeout: .zero)
        await link.client.stop()
        logger.info("stopped")
        writer.stop(timeout: .seconds(2))
        await loops.shutdown()
        await adminLoop.shutdown()
    }

    var adminActions: AdminActions {
        AdminActions(
            checks: { [weak self] in self?.checks ?? [] },
            facts: { [weak self] in self?.facts ?? ServiceFacts() },
            purge: { [weak self] scope in self?.purge(scope) ?? 0 },
            reload: { [weak self] in await self?.reload() ?? .nothingToRead },
            drain: { [weak self] in self?.requestDrain() },
            streamed: { [weak self] change in
                self.map { $0.reads.streamed(change, now: $0.clock.monotonic()) } ?? .unheld
            },
            explain: { [weak self] request in
                self.map { $0.reads.explain(request, now: $0.clock.monotonic()) }
            }
        )
    }

    private var checks: [HealthCheck] {
        let (phase, link) = state.withLock { ($0.phase, $0.link) }
        return [
            HealthCheck("listener", isPassing: phase == .serving, detail: phase.rawValue),
            HealthCheck("credentials", isPassing: link.watch.hasCredentials),
            HealthCheck("upstream", isPassing: link.forwarder.isCircuitClosed),
        ]
    }

    private var facts: ServiceFacts {
        let (phase, link, startedAt) = state.withLock { ($0.phase, $0.link, $0.startedAt) }
        var facts = ServiceFacts()
        facts.state = phase
        facts.uptimeSeconds = clock.monotonic().nanoseconds(since: startedAt) / 1_000_000_000
        facts.startedAt = clock.wall() / 1_000_000_000 - facts.uptimeSeconds
        facts.listen = address
        facts.origin = link.configuration.upstream.origin
        facts.region = link.configuration.upstream.region
        facts.credentials = link.watch.sourceName
        return facts
    }
}

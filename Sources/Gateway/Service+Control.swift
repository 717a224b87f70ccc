import CognitoSync
import GatewayConfiguration
import Logging
import Policy
import Serving
import Synchronization
import Telemetry
import Upstream

/// Reload, drain and the actions of the admin listener.
extension Service {
    /// Reads the configuration again and puts it in force as a whole, or leaves the old one in force.
    ///
    /// Listeners, cache, buckets and counters survive. A change that needs a new listener waits for a
    /// restart.
    package func reload() async -> ReloadResult {
        guard let read = launch.reload else { return .nothingToRead }
        do throws(ConfigurationProblems) {
            let loaded = try reloading.withLock { _ throws(ConfigurationProblems) in
                let loaded = try read()
                try apply(loaded.configuration)
                return loaded
            }
            reporter.metrics.count(.reloaded(succeeded: true))
            for warning in loaded.warnings { logger.warning("\(warning)") }
            logger.info("configuration reloaded")
            return .applied(warnings: loaded.warnings)
        } catch {
            reporter.metrics.count(.reloaded(succeeded: false))
            for problem in error.all {
                logger.error("configuration not reloaded", metadata: ["problem": "\(problem)"])
            }
            return .refused(error.all)
        }
    }

    private func apply(_ configuration: Configuration) throws(ConfigurationProblems) {
        let oldBinding = state.withLock { $0.binding }
        let now = clock.monotonic()
        let oldRuntime = currentRuntime.value
        let sealer: TokenSealer
        let binding: UpstreamBinding
        do throws(ServiceError) {
            sealer = try configuration.sealer(orElse: ownSealer)
            binding = try UpstreamBinding(
                configuration,
                search: launch.search(configuration),
                credentialsStatus: CredentialsStatus(metrics: reporter.metrics, logger: logger),
                clock: clock,
                metrics: reporter.metrics,
                meter: admission,
                succeeding: oldBinding
            )
        } catch {
            throw error.problems
        }
        binding.loadCredentials()
        state.withLock { $0.binding = binding }
        if binding.client !== oldBinding.client { oldBinding.retire() }
        let runtime = Runtime(
            configuration,
            forwarder: binding.forwarder,
            sealer: sealer,
            generation: oldRuntime.generation &+ 1
        )
        currentRuntime.replace(by: runtime)
        admission.reload(configuration, now: now)
        recordsCache.resize(configuration.cacheLimits, generation: runtime.generation)
        metadataCache.resize(configuration.readLimits, generation: runtime.generation)
        // After the runtime: from now on pages come from the new upstream, with tokens of the new key.
        if oldBinding.isForeign(to: configuration) || oldRuntime.tokensDiffer(from: runtime) {
            _ = purge(PurgeScope())
        }
    }

    private func purge(_ scope: PurgeScope) -> Int {
        recordsCache.purge(pool: scope.pool, identity: scope.identity, dataset: scope.dataset)
            + metadataCache.purge(pool: scope.pool, identity: scope.identity, dataset: scope.dataset)
    }

    /// Stops accepting requests, lets those in flight finish within `drain.timeout`, and ends the service.
    ///
    /// A second call, during the first or after it, changes nothing and returns at once.
    package func drain() async {
        let (isFirst, server, admin) = state.withLock { state in
            let isFirst = state.phase != .draining
            state.phase = .draining
            return (isFirst, state.server, state.admin)
        }
        guard isFirst else { return }
        let drain = currentRuntime.value.configuration.drain
        logger.info("draining", metadata: ["timeout": "\(drain.timeout)"])
        // Readiness is off. Load balancers get the time to see it before the listener closes.
        try? await Task.sleep(for: drain.delay)
        await server?.drain(timeout: drain.timeout)
        await admin?.drain(timeout: .milliseconds(200))
        await release()
    }

    /// Ends the threads and writes the last log lines, also after a start that failed.
    ///
    /// It runs once: event loops that have ended accept no more work.
    func release() async {
        let isFirst = state.withLock { exchange(&$0.isReleased, with: true) } == false
        guard isFirst else { return }
        let (server, admin, binding) = state.withLock { ($0.server, $0.admin, $0.binding) }
        await server?.drain(timeout: .zero)
        await admin?.drain(timeout: .zero)
        await binding.client.stop()
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
                self.map { $0.recordsCache.streamed(change, now: $0.clock.monotonic()) } ?? .unheld
            },
            explain: { [weak self] request in
                self.map { service in
                    let now = service.clock.monotonic()
                    var explanation = service.recordsCache.explain(request, now: now)
                    explanation.rememberedWrites = service.repeatedWrites.count(of: request.scope, now: now)
                    return explanation
                }
            }
        )
    }

    var checks: [HealthCheck] {
        let (phase, binding) = state.withLock { ($0.phase, $0.binding) }
        return [
            HealthCheck("listener", isPassing: phase == .serving, detail: phase.rawValue),
            HealthCheck("credentials", isPassing: binding.credentialsStatus.hasCredentials),
            HealthCheck("upstream", isPassing: binding.forwarder.isCircuitClosed),
        ]
    }

    var facts: ServiceFacts {
        let (phase, binding, startedAt) = state.withLock { ($0.phase, $0.binding, $0.startedAt) }
        var facts = ServiceFacts()
        facts.state = phase
        facts.uptimeSeconds = clock.monotonic().nanoseconds(since: startedAt) / 1_000_000_000
        facts.startedAt = clock.wall() / 1_000_000_000 - facts.uptimeSeconds
        facts.listen = address
        facts.bounds = bounds
        facts.origin = binding.configuration.upstream.origin
        facts.region = binding.configuration.upstream.region
        facts.credentials = binding.credentialsStatus.sourceName
        return facts
    }
}

import CognitoSync
import GatewayConfiguration
import Logging
import Policy
import Serving
import Synchronization
import Telemetry
import Upstream

/// Drain and the actions of the admin listener.
extension Service {
    func purge(_ scope: PurgeScope) -> Int {
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
            state.watch?.cancel()
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
        let (server, admin, binding, watch) = state.withLock { ($0.server, $0.admin, $0.binding, $0.watch) }
        watch?.cancel()
        issuers.stop()
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

    var facts: ServiceFacts {
        let (phase, binding, startedAt, bounds) = state.withLock {
            ($0.phase, $0.binding, $0.startedAt, $0.bounds)
        }
        var facts = ServiceFacts()
        facts.state = phase
        facts.uptimeSeconds = clock.monotonic().nanoseconds(since: startedAt) / 1_000_000_000
        facts.startedAt = clock.wall() / 1_000_000_000 - facts.uptimeSeconds
        facts.listen = address
        facts.bounds = bounds
        facts.pending = pendingKeys
        facts.origin = binding.configuration.upstream.origin
        facts.region = binding.configuration.upstream.region
        facts.credentials = binding.credentialsStatus.sourceName
        facts.credentialsProblem = binding.credentialsStatus.problem
        facts.issuers = issuers.states
        facts.failures = failures.recent
        facts.lastReload = state.withLock { $0.lastReload }
        return facts
    }
}

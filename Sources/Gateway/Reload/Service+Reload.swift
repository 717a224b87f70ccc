package import GatewayConfiguration
import Logging
import Policy
import Serving
import Synchronization
import Telemetry

/// The reload of the configuration.
extension Service {
    /// Reads the configuration again and puts it in force as a whole, or leaves the old one in force.
    ///
    /// Listeners, cache, buckets and counters survive. A key whose value waits for a restart is named.
    package func reload() async -> ReloadResult {
        guard let read = launch.reload else { return .nothingToRead }
        return await reloads.run { [self] in
            do throws(ConfigurationProblems) {
                let loaded = try read()
                let stamps = WatchedFiles.stamps(of: loaded.configuration)
                let prepared = try await prepare(loaded.configuration)
                let difference = ConfigurationDifference(
                    from: currentRuntime.value.configuration,
                    to: loaded.configuration
                )
                await apply(prepared)
                watched.withLock { $0.adopted(stamps) }
                reporter.metrics.count(.reloaded(succeeded: true))
                recordReload([])
                for warning in loaded.warnings { logger.warning("\(warning)") }
                log(difference)
                return .applied(
                    warnings: loaded.warnings,
                    changed: difference.applied.map(\.key),
                    pending: pendingKeys
                )
            } catch {
                reporter.metrics.count(.reloaded(succeeded: false))
                recordReload(error.all)
                for problem in error.all {
                    logger.error("configuration not reloaded", metadata: ["problem": "\(problem)"])
                }
                return .refused(error.all)
            }
        }
    }

    /// Remembers the end of a reload for `/status`; without problems it succeeded.
    private func recordReload(_ problems: [ConfigurationProblem]) {
        let time = clock.wall() / 1_000_000_000
        state.withLock { $0.lastReload = LastReload(time: time, problems: problems.map(\.description)) }
    }

    /// The keys whose value in the file waits for a restart.
    var pendingKeys: [PendingKey] {
        ConfigurationDifference(from: startConfiguration, to: currentRuntime.value.configuration).pending
    }

    /// The configuration in force, where a key that waits for a restart has its new value already.
    package var configuration: Configuration { currentRuntime.value.configuration }

    private func log(_ difference: ConfigurationDifference) {
        var facts: Logger.Metadata = [:]
        if !difference.applied.isEmpty {
            facts["applied"] = "\(difference.applied.map(\.key).joined(separator: ", "))"
        }
        logger.info("configuration reloaded", metadata: facts)
        for pending in pendingKeys {
            logger.warning(
                "a new value waits for a restart",
                metadata: ["key": "\(pending.key)", "reason": "\(pending.reason)"]
            )
        }
    }

    /// Puts a prepared configuration in force; nothing of it can fail any more.
    private func apply(_ prepared: PreparedReload) async {
        let (configuration, binding) = (prepared.configuration, prepared.binding)
        let now = clock.monotonic()
        let oldRuntime = currentRuntime.value
        binding.loadCredentials()
        let oldBinding = state.withLock { state in
            state.bounds = prepared.bounds
            return exchange(&state.binding, with: binding)
        }
        if binding.client !== oldBinding.client { oldBinding.retire() }
        let runtime = Runtime(
            configuration,
            forwarder: binding.forwarder,
            sealer: prepared.sealer,
            callers: callerRules(configuration, keys: prepared.keys, after: oldRuntime),
            generation: oldRuntime.generation &+ 1
        )
        applyLog(configuration.log, salt: prepared.salt)
        access.replace(by: prepared.access)
        issuers.replace(by: configuration.callers.tokenIssuers)
        currentRuntime.replace(by: runtime)
        admission.reload(configuration, now: now)
        recordsCache.resize(configuration.cacheLimits, generation: runtime.generation)
        metadataCache.resize(configuration.readLimits, generation: runtime.generation)
        // After the runtime: from now on pages come from the new upstream, with tokens of the new key.
        if oldBinding.isForeign(to: configuration) || oldRuntime.tokensDiffer(from: runtime) {
            _ = purge(PurgeScope())
        }
        await adopt(prepared.listener, by: \.server, name: "gateway")
        await adopt(prepared.admin, by: \.admin, name: "admin")
    }

    private func adopt(
        _ prepared: PreparedServer,
        by server: any KeyPath<State, HTTPServer?> & Sendable,
        name: String
    ) async {
        guard let server = state.withLock({ $0[keyPath: server] }) else { return await prepared.abandon() }
        let before = server.boundAddress
        await server.adopt(prepared)
        guard server.boundAddress != before else { return }
        logger.info("listening", metadata: ["listener": "\(name)", "address": "\(server.boundAddress)"])
    }

    private func applyLog(_ log: Configuration.Log, salt: [UInt8]) {
        logSettings.replace(level: log.level, format: log.format)
        accessLog.replace(
            by: AccessLog(format: log.format, identities: IdentityName(form: log.identities, salt: salt))
        )
        reporter.writesAccessLines(log.access)
    }
}

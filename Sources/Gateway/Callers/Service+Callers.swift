import GatewayConfiguration

/// The rules about callers, made for each generation.
extension Service {
    /// Returns the rules of the runtime that follows on another one.
    func callerRules(_ configuration: Configuration, keys: APIKeys?, after old: Runtime) -> CallerRules? {
        CallerRules(
            configuration.callers,
            accounts: admission.accounts,
            keys: keys,
            issuers: issuers,
            generation: old.generation &+ 1
        )
    }

    /// Puts other API keys in force, by a runtime that is the same in all else.
    ///
    /// All that was remembered of callers ends with the generation.
    func adopt(_ keys: APIKeys?) {
        let old = currentRuntime.value
        guard old.callers?.keys != keys else { return }
        let configuration = old.configuration
        let runtime = Runtime(old, callers: callerRules(configuration, keys: keys, after: old))
        currentRuntime.replace(by: runtime)
        recordsCache.resize(configuration.cacheLimits, generation: runtime.generation)
        metadataCache.resize(configuration.readLimits, generation: runtime.generation)
    }
}

import GatewayConfiguration

@testable import Gateway

extension PipelineHarness {
    /// Puts another runtime in force, with another key, as a reload of the service does.
    ///
    /// With another upstream all that is cached is dropped.
    func reload(to upstream: ScriptedSender? = nil, _ configure: (inout Configuration) -> Void = { _ in }) {
        let old = currentRuntime.value
        var configuration = old.configuration
        configure(&configuration)
        let forwarder = upstream.map {
            Forwarder(sender: $0, clock: clock.gatewayClock, metrics: metrics, meter: admission)
        }
        let runtime = Runtime(
            configuration,
            forwarder: forwarder ?? old.forwarder,
            sealer: .random(),
            generation: old.generation + 1
        )
        currentRuntime.replace(by: runtime)
        recordsCache.resize(configuration.cacheLimits, generation: runtime.generation)
        metadataCache.resize(configuration.readLimits, generation: runtime.generation)
        guard upstream != nil else { return }
        _ = recordsCache.purge(pool: nil, identity: nil, dataset: nil)
        _ = metadataCache.purge(pool: nil, identity: nil, dataset: nil)
    }
}

import GatewayConfiguration
import Policy

extension Configuration.Throttle {
    var callerRate: Rate { .bounded(caller.rate, burst: caller.burst) }
    var identityRate: Rate { .bounded(identity.rate, burst: identity.burst) }
    var upstreamRate: Rate { .bounded(upstream.rate, burst: upstream.burst) }
}

import GatewayConfiguration
import Policy

extension Configuration.Throttle {
    var callerRate: Rate { Self.rate(caller.rate, burst: caller.burst) }
    var identityRate: Rate { Self.rate(identity.rate, burst: identity.burst) }
    var upstreamRate: Rate { Self.rate(upstream.rate, burst: upstream.burst) }

    fileprivate static func rate(_ rate: TokenRate, burst: Int64) -> Rate {
        let (tokens, seconds) = rate.fraction
        return .bounded(tokens, inSeconds: seconds, burst: burst)
    }
}

extension Configuration.CallerThrottle {
    /// The rate of the caller's own bucket.
    var bucketRate: Rate { Configuration.Throttle.rate(rate, burst: burst) }
}

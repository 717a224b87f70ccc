package import CognitoSync
package import GatewayConfiguration
import Serving

/// The configuration and all that is built from it.
///
/// A reload replaces it as a whole.
///
/// Each request works with the runtime that it found when it came.
package final class Runtime: Sendable {
    package let configuration: Configuration
    /// The number of runtimes before it: what one of them fetched is not cached by another.
    package let generation: UInt64
    package let forwarder: Forwarder
    /// The session tokens of the gateway's own; nil where pages carry those of AWS.
    package let sessionTokens: SessionTokens?
    package let renderer: PageRenderer
    /// The hosts and the web pages whose requests are served.
    let hosts: HostPolicy
    let pages: PagePolicy
    /// The rules about callers; nil where none is known.
    package let callers: CallerRules?
    private let sealer: TokenSealer

    package init(
        _ configuration: Configuration,
        forwarder: Forwarder,
        sealer: TokenSealer,
        callers: CallerRules? = nil,
        generation: UInt64
    ) {
        self.configuration = configuration
        self.generation = generation
        self.forwarder = forwarder
        self.sealer = sealer
        self.callers = callers
        hosts = HostPolicy(names: configuration.listen.hosts, of: configuration.listen.address)
        pages = PagePolicy(listed: configuration.callers.origins)
        let tokens = configuration.cache.tokens
        sessionTokens =
            switch tokens.session {
            case .own:
                SessionTokens(
                    sealer: sealer,
                    lifetime: tokens.lifetime.wholeNanoseconds / 1_000_000_000
                )
            case .upstream: nil
            }
        renderer = PageRenderer(sealer: sealer, sessions: sessionTokens)
    }

    /// Creates the runtime that follows on another one, with other rules about callers.
    convenience init(_ old: Runtime, callers: CallerRules?) {
        self.init(
            old.configuration,
            forwarder: old.forwarder,
            sealer: old.sealer,
            callers: callers,
            generation: old.generation &+ 1
        )
    }

    /// Returns whether pages of this runtime carry tokens that the other one would refuse.
    func tokensDiffer(from other: Runtime) -> Bool {
        configuration.cache.tokens.session != other.configuration.cache.tokens.session
            || !sealer.hasSameKey(as: other.sealer)
    }

    /// Returns the clock of upstream in seconds since 1970, as far as it is known.
    func upstreamTime(_ clock: GatewayClock) -> Int64 {
        clock.wall() / 1_000_000_000 &+ forwarder.clockSkew
    }

    /// Checks an operation against the lists of the operator.
    ///
    /// Within them any caller may perform it.
    ///
    /// - Throws: `invalid` with AccessDeniedException.
    package func authorise(_ operation: Operation) throws(GatewayError) {
        guard configuration.allow.operations.permits(operation.name) else {
            throw .invalid(.accessDenied("this gateway does not permit \(operation.name.rawValue)"))
        }
        switch configuration.allow.identityPools {
        case .all: break
        case .only(let pools):
            // An operation that names no pool would show them all.
            guard let pool = operation.pool, pools.contains(pool) else {
                throw .invalid(.accessDenied("this gateway does not permit this identity pool"))
            }
        }
    }
}

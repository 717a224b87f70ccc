package import CognitoSync
package import Policy
import Synchronization

/// What a reload replaces as a whole: each request works with the one that it found when it came.
package final class Runtime: Sendable {
    package let configuration: Configuration
    package let forwarder: Forwarder
    /// Nil where pages carry AWS's.
    package let sessionTokens: SessionTokens?
    package let renderer: PageRenderer
    /// What the renderer's tokens are made with.
    private let sealer: TokenSealer

    package init(_ configuration: Configuration, forwarder: Forwarder, sealer: TokenSealer) {
        self.configuration = configuration
        self.forwarder = forwarder
        self.sealer = sealer
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

    /// Whether pages that were made under these carry tokens that the others would not take.
    func tokensDiffer(from other: Runtime) -> Bool {
        configuration.cache.tokens.session != other.configuration.cache.tokens.session
            || !sealer.hasSameKey(as: other.sealer)
    }

    /// Default deny is the operator's list; within it any caller may do what the operation does.
    package func authorise(_ operation: Operation) throws(GatewayError) {
        guard configuration.allow.operations.permits(operation.name) else {
            throw .invalid(.accessDenied("this gateway does not permit \(operation.name.rawValue)"))
        }
        switch configuration.allow.identityPools {
        case .all: break
        case .only(let pools):
            // What names no pool would show them all.
            guard let pool = operation.pool, pools.contains(pool) else {
                throw .invalid(.accessDenied("this gateway does not permit this identity pool"))
            }
        }
    }
}

/// The settings in force.
///
/// What was concluded from them may be kept beside their generation, read before them, and used for as long as that
/// is the generation: so a hit needs no lock that all requests share.
package final class CurrentRuntime: Sendable {
    private let runtime: Mutex<Runtime>
    private let replacements = Atomic<UInt64>(0)

    package init(_ runtime: Runtime) { self.runtime = Mutex(runtime) }

    package var value: Runtime { runtime.withLock { $0 } }
    package var generation: UInt64 { replacements.load(ordering: .acquiring) }

    package func replace(by runtime: Runtime) {
        self.runtime.withLock { $0 = runtime }
        replacements.add(1, ordering: .releasing)
    }
}

extension Configuration {
    package var cacheLimits: RecordsLimits {
        RecordsLimits(
            bytes: cache.memory - readLimits.bytes,
            fresh: cache.fresh.wholeNanoseconds,
            absent: cache.absent.wholeNanoseconds,
            staleWhileRevalidate: cache.staleWhileRevalidate.wholeNanoseconds,
            staleIfError: cache.staleIfError.wholeNanoseconds,
            identityCheck: cache.identityCheck.wholeNanoseconds,
            pagination: cache.pagination.wholeNanoseconds,
            fetchLimit: fetchLimit,
            listsTombstones: cache.listingTombstones == .yes,
            keepsOriginTokens: cache.tokens.session == .upstream
        )
    }

    /// The reads beside ListRecords get a sixteenth of the memory: their answers are small, and live for seconds.
    package var readLimits: MetadataLimits {
        let lifetimes = OperationName.allCases.map { ($0, cache.reads.lifetime(of: $0).wholeNanoseconds) }
        return MetadataLimits(
            bytes: cache.memory / 16,
            lifetimes: Dictionary(uniqueKeysWithValues: lifetimes.filter { $0.1 > 0 }),
            fetchLimit: fetchLimit
        )
    }

    /// A fetch ends with the forwarder's deadline; this much later nobody counts on it any more.
    private var fetchLimit: Int64 { (upstream.timeouts.total + .seconds(5)).wholeNanoseconds }
}

extension RecordsLimits {
    /// The share of one of `count` shards.
    func divided(by count: Int) -> RecordsLimits {
        var share = self
        share.bytes = bytes / max(1, count)
        return share
    }
}

extension Configuration.Throttle {
    var callerRate: Rate { .bounded(caller.rate, burst: caller.burst) }
    var identityRate: Rate { .bounded(identity.rate, burst: identity.burst) }
    var upstreamRate: Rate { .bounded(upstream.rate, burst: upstream.burst) }
}

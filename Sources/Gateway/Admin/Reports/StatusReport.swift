import GatewayConfiguration
import Messages
import Serving
import Telemetry

/// The response to `/status`, which the page for people shows too.
struct StatusReport: Encodable {
    struct Cache: Encodable {
        var entries: Int
        var bytes: Int
        var limitBytes: Int
        var evictions: Int
        var fencedFills: Int
    }

    struct Throttle: Encodable {
        var callers: Int
        var identities: Int
    }

    /// A named caller, with its requests since the start.
    struct Caller: Encodable {
        var name: String
        var inFlight: Int
        var requests: [String: UInt64]
    }

    /// An issuer of callers' tokens, with its keys.
    struct TokenIssuer: Encodable {
        var name: String
        var issuer: String
        var keys: Int
        var skippedKeys: Int
        var ageSeconds: Int64?
        var problem: String?
    }

    struct Upstream: Encodable {
        var origin: String
        var region: String
        var connections: Int
        var connects: Int
        var clockSkewSeconds: Double
        var circuit: String
        var pacing: [Pacing]
    }

    /// The pacing of a class of calls; the rate is absent while all go.
    struct Pacing: Encodable {
        var operationClass: String
        var rate: Double?
        var waiting: Int
        var delayed: Int
        var refused: Int
    }

    struct Credentials: Encodable {
        var source: String?
        var expires: String?
        var problem: String?
    }

    struct Connections: Encodable {
        var active: Int
        var idle: Int
    }

    /// The bounds in force, which may be lower than the configured ones.
    struct Limits: Encodable {
        var connections: Int
        var configuredConnections: Int
        var descriptors: Int
        var bytes: Int
        var bytesHeld: Int
    }

    var version: String
    var revision: String
    var state: ServiceFacts.State
    var started: String
    var uptimeSeconds: Int64
    var listen: String
    var requestsInFlight: Int
    var logLinesDropped: Int
    var pendingRestart: [PendingKey]
    var connections: Connections
    var limits: Limits?
    var cache: Cache
    var throttle: Throttle
    var callers: [Caller]
    var tokenIssuers: [TokenIssuer]
    var upstream: Upstream
    var credentials: Credentials
    /// The last failures of upstream requests, the newest first.
    var failures: [FailureReport]
    var lastReload: ReloadReport?

    init(facts: ServiceFacts, gauges: Gauges, build: BuildInformation) {
        version = build.version
        revision = build.revision
        state = facts.state
        started = Self.time(facts.startedAt)
        uptimeSeconds = facts.uptimeSeconds
        listen = facts.listen
        requestsInFlight = gauges.requestsInFlight
        logLinesDropped = gauges.logLinesDropped
        pendingRestart = facts.pending
        connections = Connections(active: gauges.connectionsActive, idle: gauges.connectionsIdle)
        limits = facts.bounds.map { bounds in
            Limits(
                connections: bounds.plan.callers,
                configuredConnections: bounds.configuredConnections,
                descriptors: bounds.descriptors,
                bytes: bounds.bytes,
                bytesHeld: gauges.bytesHeld
            )
        }
        cache = Cache(
            entries: gauges.cacheEntries,
            bytes: gauges.cacheBytes,
            limitBytes: gauges.cacheLimitBytes,
            evictions: gauges.cacheEvictions,
            fencedFills: gauges.cacheFencedFills
        )
        throttle = Throttle(callers: gauges.throttleKeysCaller, identities: gauges.throttleKeysIdentity)
        callers = gauges.callers.map { caller in
            Caller(
                name: caller.name,
                inFlight: caller.inFlight,
                requests: Dictionary(caller.requests.map { ($0.outcome, $0.count) }) { first, _ in first }
            )
        }
        tokenIssuers = facts.issuers.map { state in
            TokenIssuer(
                name: state.issuerName,
                issuer: state.issuer,
                keys: state.keys,
                skippedKeys: state.skippedKeys,
                ageSeconds: state.ageSeconds,
                problem: state.fault ?? (state.isUsable ? nil : "no keys yet")
            )
        }
        upstream = Upstream(
            origin: facts.origin,
            region: facts.region,
            connections: gauges.upstreamConnections,
            connects: gauges.upstreamConnects,
            clockSkewSeconds: gauges.clockSkewSeconds,
            circuit: gauges.circuit.rawValue,
            pacing: gauges.pacing.map { pacing in
                Pacing(
                    operationClass: pacing.operationClass,
                    rate: pacing.rate,
                    waiting: pacing.waiting,
                    delayed: pacing.delayed,
                    refused: pacing.refused
                )
            }
        )
        credentials = Credentials(
            source: facts.credentials,
            expires: gauges.credentialsExpiry.map(Self.time),
            problem: facts.credentialsProblem
        )
        failures = facts.failures.map(FailureReport.init)
        lastReload = facts.lastReload.map { reload in
            ReloadReport(
                time: Self.time(reload.time),
                succeeded: reload.problems.isEmpty,
                problems: reload.problems
            )
        }
    }

    private static func time(_ seconds: Int64) -> String {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return RFC3339.text(nanosecondsSince1970: overflow ? 0 : nanoseconds)
    }
}

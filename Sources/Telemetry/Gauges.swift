package import Policy
package import Serving

/// The figures that other parts of the gateway keep and that a scrape reads: levels, and some counters.
///
/// The fields of a part that does not run keep their initial values.
package struct Gauges: Sendable, Equatable {
    package var requestsInFlight = 0
    package var connectionsActive = 0
    package var connectionsIdle = 0
    /// The bytes of request bodies and unsent responses that count towards `limits.bytes`.
    package var bytesHeld = 0
    /// The refusals of the server since its start.
    package var refused: [Refusal: Int] = [:]

    package var cacheEntries = 0
    package var cacheBytes = 0
    package var cacheLimitBytes = 0
    package var cacheEvictions = 0
    package var cacheFencedFills = 0
    package var cacheInvalidations: [Invalidation: Int] = [:]

    package var circuit = CircuitState.closed
    /// The checks of readiness, from a closed set of names.
    package var checks: [Check] = []
    /// The pacing of each class of calls.
    package var pacing: [Pacing] = []
    package var upstreamConnections = 0
    package var upstreamConnects = 0

    package var throttleKeysCaller = 0
    package var throttleKeysIdentity = 0
    package var throttleKeysUpstream = 0

    /// The end of the credentials in seconds since 1970, UTC; nil for credentials without an end, and without any.
    package var credentialsExpiry: Int64?
    /// The lead of the upstream clock over this one.
    package var clockSkewSeconds = 0.0
    /// The TLS handshakes of callers and operators, by outcome.
    package var handshakes: [HandshakeOutcome: Int] = [:]
    /// The ends of certificates in seconds since 1970, by the role of their files.
    package var certificateExpiries: [CertificateRole: Int64] = [:]
    /// The requests of each named caller since the start, by their end.
    package var callers: [NamedCaller] = []
    /// The keys of the configuration whose new value waits for a restart.
    package var pendingRestart = 0
    package var logLinesDropped = 0

    /// A check, as far as a scrape shows it.
    package struct Check: Sendable, Equatable {
        package var name: String
        package var isPassing: Bool

        package init(_ name: String, isPassing: Bool) {
            self.name = name
            self.isPassing = isPassing
        }
    }

    /// The requests of a named caller.
    package struct NamedCaller: Sendable, Equatable {
        package var name: String
        package var inFlight: Int
        /// The counts by outcome, in a fixed order.
        package var requests: [(outcome: String, count: UInt64)]

        package init(name: String, inFlight: Int, requests: [(outcome: String, count: UInt64)]) {
            self.name = name
            self.inFlight = inFlight
            self.requests = requests
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.name == right.name && left.inFlight == right.inFlight
                && left.requests.elementsEqual(right.requests, by: ==)
        }
    }

    /// The pacing of a class of calls.
    package struct Pacing: Sendable, Equatable {
        package var operationClass: String
        /// The calls in a second that go; nil while all go.
        package var rate: Double?
        package var waiting: Int
        /// The calls that had to wait, and those that were refused, since the start.
        package var delayed: Int
        package var refused: Int

        package init(operationClass: String, rate: Double?, waiting: Int, delayed: Int, refused: Int) {
            self.operationClass = operationClass
            self.rate = rate
            self.waiting = waiting
            self.delayed = delayed
            self.refused = refused
        }
    }

    package init() {}
}

package import Policy
package import Serving

/// What is read at a scrape from the parts that keep it: levels, and counters kept elsewhere.
///
/// A part that is not there leaves its fields as they are.
package struct Gauges: Sendable, Equatable {
    package var requestsInFlight = 0
    package var connectionsActive = 0
    package var connectionsIdle = 0
    /// What the server itself has refused, since it started.
    package var refused: [Refusal: Int] = [:]

    package var cacheEntries = 0
    package var cacheBytes = 0
    package var cacheLimitBytes = 0
    package var cacheEvictions = 0
    package var cacheFencedFills = 0
    package var cacheInvalidations: [Invalidation: Int] = [:]

    package var upstreamConnections = 0
    package var upstreamConnects = 0

    package var throttleKeysCaller = 0
    package var throttleKeysIdentity = 0
    package var throttleKeysUpstream = 0

    /// Seconds since 1970, UTC; nil: credentials that do not end, or none.
    package var credentialsExpiry: Int64?
    /// How far the service's clock is ahead of this one.
    package var clockSkewSeconds = 0.0
    package var logLinesDropped = 0

    package init() {}
}

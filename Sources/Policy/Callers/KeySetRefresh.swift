/// The decision when the keys of an issuer are fetched: in the background before they end, and for a missing key.
///
/// A caller can invent the names of keys, so a missing one starts a fetch at most once for each `cooldown`. The names
/// that were looked for in vain are remembered. The keys themselves are elsewhere.
package struct KeySetRefresh: Sendable {
    package enum Decision: Sendable, Equatable {
        /// A fetch starts; the request may wait for it.
        case fetch
        /// A fetch is in flight; the request may wait for it.
        case wait
        /// No fetch is due for this key.
        case refuse
    }

    /// The bounds of `max-age`, in nanoseconds: 1 to 60 min.
    package static let lifetimes: ClosedRange<Int64> = (60 * second)...(3600 * second)
    /// The time for which keys are used while the issuer is away, in nanoseconds: 24 h.
    package static let longestUse: Int64 = 86_400 * second
    /// The time for which a name is remembered that no key has, in nanoseconds: 5 min.
    package static let absence: Int64 = 300 * second
    /// The most names that are remembered.
    package static let mostAbsent = 256

    private static let second: Int64 = 1_000_000_000
    /// The longest pause after a failure, in nanoseconds.
    private static let longestPause = 60 * second

    private let refresh: Int64
    private let cooldown: Int64
    package private(set) var isFetching = false
    /// The time of the keys that are there; nil without any.
    private var fetchedAt: Instant?
    /// The time of the next fetch in the background.
    private var dueAt: Instant
    /// The time until which a missing key starts no fetch.
    private var coolUntil: Instant?
    private var failures: Int64 = 0
    /// The names that no key has, each with the end of the memory; the empty name is that of tokens without one.
    private var absent: [[UInt8]: Instant] = [:]

    /// Creates the state without keys; the first fetch is due at once.
    ///
    /// - Parameters:
    ///   - refresh: The life of keys without `max-age`, in nanoseconds.
    ///   - cooldown: The least time between two fetches for missing keys, in nanoseconds.
    ///   - old: The state of the same keys under other times, whose age goes on.
    package init(refresh: Int64, cooldown: Int64, now: Instant, succeeding old: Self? = nil) {
        fetchedAt = old?.fetchedAt
        self.refresh = max(Self.second, refresh)
        self.cooldown = max(0, cooldown)
        dueAt = now
    }

    /// Decides in the background; returns whether a fetch starts.
    package mutating func tick(now: Instant) -> Bool {
        guard !isFetching, now >= dueAt else { return false }
        isFetching = true
        return true
    }

    /// Decides for keys whose place has changed, which is known without a fetch; returns whether one starts.
    package mutating func changed() -> Bool {
        defer { isFetching = true }
        return !isFetching
    }

    /// Decides for a token whose key is missing, or that came before the first keys.
    ///
    /// The first keys are no missing ones: they have the pauses after failures in place of the cool-down.
    package mutating func missed(_ keyID: [UInt8], now: Instant) -> Decision {
        if let end = absent[keyID], now < end { return .refuse }
        if isFetching { return .wait }
        guard mayUse(now: now) else { return tick(now: now) ? .fetch : .refuse }
        if let coolUntil, now < coolUntil { return .refuse }
        coolUntil = now.advanced(byNanoseconds: cooldown)
        isFetching = true
        return .fetch
    }

    /// Remembers a name that the keys of a later fetch do not have either.
    package mutating func recordAbsent(_ keyID: [UInt8], now: Instant) {
        if absent.count >= Self.mostAbsent, absent[keyID] == nil {
            absent = absent.filter { $0.value > now }
            if absent.count >= Self.mostAbsent, let oldest = absent.min(by: { $0.value < $1.value }) {
                absent[oldest.key] = nil
            }
        }
        absent[keyID] = now.advanced(byNanoseconds: Self.absence)
    }

    /// Ends a fetch with keys.
    ///
    /// The next one is due when 75 to 90 % of their life are over, by `jitter` from 0 to 999: many gateways that
    /// started together then do not ask together.
    ///
    /// - Parameter maximumAge: The `max-age` of the response in nanoseconds; nil without one.
    package mutating func fetched(maximumAge: Int64?, now: Instant, jitter: Int64) {
        isFetching = false
        failures = 0
        fetchedAt = now
        let life =
            maximumAge.map { min(max($0, Self.lifetimes.lowerBound), Self.lifetimes.upperBound) } ?? refresh
        let percent = 75 + 15 * min(max(jitter, 0), 999) / 1000
        dueAt = now.advanced(byNanoseconds: life / 100 * percent)
    }

    /// Ends a fetch without keys; those that are there stay in use.
    ///
    /// The next one is due after 1 s and, by `jitter` from 0 to 999, up to 1, 3, 7 … 59 s more.
    package mutating func failed(now: Instant, jitter: Int64) {
        isFetching = false
        failures = min(failures + 1, 6)
        let spread = ((Self.second << failures) - Self.second) / 1000 * min(max(jitter, 0), 999)
        dueAt = now.advanced(byNanoseconds: min(Self.second + spread, Self.longestPause))
    }

    /// Returns whether there are keys that may be used.
    package func mayUse(now: Instant) -> Bool {
        age(now: now).map { $0 < Self.longestUse } ?? false
    }

    /// Returns the age of the keys in nanoseconds; nil without keys.
    package func age(now: Instant) -> Int64? { fetchedAt.map { now.nanoseconds(since: $0) } }
}

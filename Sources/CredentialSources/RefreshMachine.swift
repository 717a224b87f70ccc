import SigV4

/// When credentials are loaded, and what a request does meanwhile.
///
/// Pure: the shell (`CredentialsProvider`) says what happened and when, and does what it is told. Times are
/// seconds since 1970, because an expiration is. One load at a time. A failure never takes credentials away: the
/// last good ones are used until they end and beyond, since AWS is the judge of that and may have prolonged
/// them (static stability); meanwhile the machine tries again, less and less often.
struct RefreshMachine: Sendable {
    typealias Found = CredentialsChain.Found

    /// What is known, and whether a load is under way.
    enum State: Sendable, Equatable {
        /// Nothing was ever loaded, and nobody is at it.
        case none
        /// The first load is under way; everyone waits for it.
        case loading
        /// Credentials are there, and nobody is at newer ones.
        case value(Found)
        /// Credentials are there, and newer ones are on their way.
        case refreshing(Found)
    }

    /// What a request shall do.
    enum Decision: Sendable, Equatable {
        /// Take these. With `start`, the shell begins a load that nobody waits for.
        case use(Found, start: Bool)
        /// Wait for the load that is under way, or that the shell begins first, where `start` says so.
        case wait(start: Bool)
        /// There are none, and it is too early to try again.
        case fail(CredentialsError)
    }

    /// Lead of a refresh off the request path, seconds before the end; as the AWS SDKs have it.
    static let advisoryLead: Int64 = 900
    /// Lead from which on a request waits for the refresh: the end is near.
    static let mandatoryLead: Int64 = 600
    /// Longest pause between two failed loads, seconds.
    static let longestBackoff: Int64 = 60

    private(set) var state = State.none
    private var lastError: CredentialsError?
    private var failures: Int64 = 0
    /// No load starts earlier, whoever asks.
    private var earliestLoad = Int64.min
    /// From here on requests begin a refresh, and from there on they wait for it.
    private var advisoryAt = Int64.max
    private var mandatoryAt = Int64.max

    /// Whether credentials are there whose end has come: the alarm of static stability.
    func isExpired(now: Int64) -> Bool {
        switch state {
        case .none, .loading: false
        case .value(let found), .refreshing(let found):
            (found.credentials.expiration ?? .max) <= now
        }
    }

    /// A request needs credentials.
    mutating func requested(now: Int64) -> Decision {
        switch state {
        case .none:
            guard mayLoad(now) else { return .fail(lastError ?? CredentialsError(nil, "not loaded yet")) }
            state = .loading
            return .wait(start: true)
        case .loading:
            return .wait(start: false)
        case .value(let found):
            guard now >= advisoryAt, mayLoad(now) else { return .use(found, start: false) }
            state = .refreshing(found)
            return now >= mandatoryAt ? .wait(start: true) : .use(found, start: true)
        case .refreshing(let found):
            return now >= mandatoryAt ? .wait(start: false) : .use(found, start: false)
        }
    }

    /// AWS refused what was signed with this access key.
    ///
    /// Others may have found out before: then newer credentials are there already, or on their way.
    mutating func rejected(accessKeyID: String, now: Int64) -> Decision {
        switch state {
        case .none, .loading:
            return requested(now: now)
        case .value(let found):
            guard found.credentials.accessKeyID == accessKeyID, mayLoad(now) else {
                return .use(found, start: false)
            }
            state = .refreshing(found)
            return .wait(start: true)
        case .refreshing(let found):
            guard found.credentials.accessKeyID == accessKeyID else { return .use(found, start: false) }
            return .wait(start: false)
        }
    }

    /// The load that is under way found credentials.
    ///
    /// `jitter`, 0 to 999, spreads the refreshes of processes that started together.
    mutating func loaded(_ found: Found, now: Int64, jitter: Int64) {
        let isSame = current == found
        let jitter = min(max(jitter, 0), 999)
        state = .value(found)
        lastError = nil
        // The same again, as files give: no error, and still no reason to ask at every refusal.
        failures = isSame ? failures + 1 : 0
        earliestLoad = isSame ? Self.sum(now, backoff(jitter)) : .min
        guard let expiration = found.credentials.expiration else {
            advisoryAt = .max
            mandatoryAt = .max
            return
        }
        // Of a short life, the last half and the last quarter: else they would be due at birth.
        let life = max(0, Self.difference(expiration, now))
        let advisory = min(Self.advisoryLead, life / 2)
        let mandatory = min(Self.mandatoryLead, life / 4)
        mandatoryAt = Self.sum(expiration, -mandatory)
        advisoryAt = Self.sum(expiration, -advisory + (advisory - mandatory) / 2 * jitter / 1000)
        if life == 0 { earliestLoad = Self.sum(now, max(1, backoff(jitter))) }
    }

    /// The load that is under way failed, or took too long.
    mutating func failed(_ error: CredentialsError, now: Int64, jitter: Int64) {
        switch state {
        case .none, .loading: state = .none
        case .value(let found), .refreshing(let found): state = .value(found)
        }
        lastError = error
        failures += 1
        earliestLoad = Self.sum(now, backoff(jitter))
    }

    /// What a request takes that has waited: the newest credentials, old ones rather than none.
    func result() -> Result<Found, CredentialsError> {
        if let current { return .success(current) }
        return .failure(lastError ?? CredentialsError(nil, "not loaded yet"))
    }

    private var current: Found? {
        switch state {
        case .none, .loading: nil
        case .value(let found), .refreshing(let found): found
        }
    }

    /// A clock that was set back must not hold a load up for longer than the longest pause.
    private func mayLoad(_ now: Int64) -> Bool {
        now >= earliestLoad || Self.difference(earliestLoad, now) > Self.longestBackoff
    }

    /// 1 s, and up to 1, 2, 4 … 60 s more by chance.
    private func backoff(_ jitter: Int64) -> Int64 {
        let ceiling = min(Self.longestBackoff - 1, 1 << min(failures, 6))
        return 1 + ceiling * min(max(jitter, 0), 999) / 1000
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }

    private static func difference(_ left: Int64, _ right: Int64) -> Int64 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        return overflow ? (right < 0 ? .max : .min) : difference
    }
}

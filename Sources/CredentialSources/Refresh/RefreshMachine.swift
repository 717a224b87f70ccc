import SigV4

/// The decision when to load credentials, and with which ones a request signs meanwhile.
///
/// The machine is pure. The shell, ``CredentialsProvider``, tells it of events and their times and carries out its
/// decisions. Times are seconds since 1970, because an expiration is. There is one load at a time. A failure
/// never takes credentials away. The last good ones are used until their end and beyond (static stability): AWS
/// decides about them and may have prolonged them. Meanwhile the machine tries again, less and less often.
struct RefreshMachine: Sendable {
    typealias Found = CredentialsChain.Found

    /// The credentials that are there, and the load in progress, if any.
    enum State: Sendable, Equatable {
        /// There are no credentials, and no load is in progress.
        case none
        /// The first load is in progress; all requests wait for it.
        case loading
        /// There are credentials, and no load is in progress.
        case value(Found)
        /// There are credentials, and a load of newer ones is in progress.
        case refreshing(Found)
    }

    /// The instruction to a request.
    enum Decision: Sendable, Equatable {
        /// Use these credentials. With `start`, the shell starts a load for which no request waits.
        case use(Found, start: Bool)
        /// Wait for the load in progress. With `start`, the shell starts it first.
        case wait(start: Bool)
        /// Fail: there are no credentials, and it is too early to try again.
        case fail(CredentialsError)
    }

    /// The seconds before the end from which a request starts a load; those of the AWS SDKs.
    static let advisoryLead: Int64 = 900
    /// The seconds before the end from which a request waits for the load.
    static let mandatoryLead: Int64 = 600
    /// The seconds until the next load after one that yielded expired credentials; AWS's SDKs wait as long.
    static let staleDelay: Int64 = 900
    /// The seconds that are added to ``staleDelay``, spread by chance.
    static let staleSpread: ClosedRange<Int64> = 120...600
    /// The longest pause between two failed loads, in seconds.
    static let longestBackoff: Int64 = 60

    private static let notLoaded = CredentialsError(nil, "no credentials are loaded yet; retry")

    private(set) var state = State.none
    private var lastError: CredentialsError?
    private var failures: Int64 = 0
    /// The earliest time of the next load.
    private var earliestLoad = Int64.min
    /// The time from which a request starts a load.
    private var advisoryAt = Int64.max
    /// The time from which a request waits for a load.
    private var mandatoryAt = Int64.max

    /// Returns whether the credentials are past their end: the alarm of static stability.
    func isExpired(now: Int64) -> Bool {
        switch state {
        case .none, .loading: false
        case .value(let found), .refreshing(let found):
            (found.credentials.expiration ?? .max) <= now
        }
    }

    /// Decides for a request that needs credentials.
    mutating func requested(now: Int64) -> Decision {
        switch state {
        case .none:
            guard mayLoad(now) else { return .fail(lastError ?? Self.notLoaded) }
            state = .loading
            return .wait(start: true)
        case .loading:
            return .wait(start: false)
        case .value(let found):
            guard now >= advisoryAt, mayLoad(now) else { return .use(found, start: false) }
            state = .refreshing(found)
            return mustWait(now) ? .wait(start: true) : .use(found, start: true)
        case .refreshing(let found):
            return mustWait(now) ? .wait(start: false) : .use(found, start: false)
        }
    }

    /// The time of the next load that no request has to ask for; nil if none is due by itself.
    ///
    /// Credentials that were never asked for are not loaded ahead.
    func nextLoad(now: Int64) -> Int64? {
        switch state {
        case .none: failures == 0 ? nil : earliestLoad
        case .loading, .refreshing: Self.sum(now, 1)
        case .value: max(advisoryAt, earliestLoad)
        }
    }

    /// Decides for a request that AWS refused for these credentials.
    ///
    /// Another request may have been refused before. Then newer credentials are there already, or being loaded.
    mutating func rejected(_ refused: Credentials, now: Int64) -> Decision {
        switch state {
        case .none, .loading:
            return requested(now: now)
        case .value(let found):
            guard found.credentials.signsLike(refused), mayLoad(now) else {
                return .use(found, start: false)
            }
            state = .refreshing(found)
            return .wait(start: true)
        case .refreshing(let found):
            guard found.credentials.signsLike(refused) else { return .use(found, start: false) }
            return .wait(start: false)
        }
    }

    /// Ends the load in progress with credentials.
    ///
    /// `jitter`, 0 to 999, spreads the loads of processes that started together.
    mutating func loaded(_ found: Found, now: Int64, jitter: Int64) {
        let isSame = current == found
        let jitter = min(max(jitter, 0), 999)
        state = .value(found)
        lastError = nil
        // The same credentials again, as from a file, are no error. Still, not every refusal may start a load.
        failures = isSame ? failures + 1 : 0
        earliestLoad = isSame ? Self.sum(now, backoff(jitter)) : .min
        guard let expiration = found.credentials.expiration else {
            advisoryAt = .max
            mandatoryAt = .max
            return
        }
        // For a short life, the leads are its last half and quarter. Otherwise a load would be due at once.
        let life = max(0, Self.difference(expiration, now))
        let advisory = min(Self.advisoryLead, life / 2)
        let mandatory = min(Self.mandatoryLead, life / 4)
        mandatoryAt = Self.sum(expiration, -mandatory)
        advisoryAt = Self.sum(expiration, -advisory + (advisory - mandatory) / 2 * jitter / 1000)
        guard life == 0 else { return }
        // The source is as late as its credentials. AWS may have prolonged them, so they are used meanwhile.
        let spread = (Self.staleSpread.upperBound - Self.staleSpread.lowerBound) * jitter / 999
        advisoryAt = Self.sum(now, Self.staleDelay + Self.staleSpread.lowerBound + spread)
        mandatoryAt = .max
        earliestLoad = Self.sum(now, max(1, backoff(jitter)))
    }

    /// Begins with the credentials of another machine, which are used until the first load has ended.
    ///
    /// That load is due at once, and no request waits for it: the credentials were good a moment ago.
    mutating func adopt(_ found: Found) {
        state = .value(found)
        advisoryAt = .min
        mandatoryAt = .max
    }

    /// Ends the load in progress with a failure; a load past its deadline is one.
    mutating func failed(_ error: CredentialsError, now: Int64, jitter: Int64) {
        switch state {
        case .none, .loading: state = .none
        case .value(let found), .refreshing(let found): state = .value(found)
        }
        lastError = error
        failures += 1
        earliestLoad = Self.sum(now, min(backoff(jitter), pauseBeforeEnd(now)))
    }

    /// Returns the result for a request that has waited: the newest credentials, old ones rather than none.
    func result() -> Result<Found, CredentialsError> {
        if let current { return .success(current) }
        return .failure(lastError ?? Self.notLoaded)
    }

    /// Returns whether a request waits for the load in progress.
    ///
    /// While the source fails, none waits: a source that hangs would then slow every request down.
    private func mustWait(_ now: Int64) -> Bool { now >= mandatoryAt && failures == 0 }

    /// The credentials that are there.
    var current: Found? {
        switch state {
        case .none, .loading: nil
        case .value(let found), .refreshing(let found): found
        }
    }

    /// Returns whether the pause is over; a clock set back must not delay a load beyond the longest pause.
    private func mayLoad(_ now: Int64) -> Bool {
        now >= earliestLoad || Self.difference(earliestLoad, now) > Self.longestBackoff
    }

    /// Returns the pause after a failure in seconds: 1, and by chance up to 1, 2, 4 … 59 more.
    private func backoff(_ jitter: Int64) -> Int64 {
        let ceiling = min(Self.longestBackoff - 1, 1 << min(failures, 6))
        return 1 + ceiling * min(max(jitter, 0), 999) / 1000
    }

    /// Returns the longest pause that leaves time to try again before the credentials end, in seconds.
    private func pauseBeforeEnd(_ now: Int64) -> Int64 {
        let rest = Self.difference(current?.credentials.expiration ?? .max, now)
        return rest > 0 ? max(1, rest / 4) : .max
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

/// How a page ages: it is fresh, then it may stand in for a failed fetch, then it is dead.
///
/// Age counts from the moment at which the fetch began, not from when its answer came, since the origin may
/// have read the dataset at any time between (RFC 9111, section 4.2.3, counts so too).
struct Freshness: Sendable, Equatable {
    enum State: Sendable, Equatable {
        /// May be served; `timeToLive` nanoseconds remain, at least 1.
        case fresh(age: Int64, timeToLive: Int64)
        /// May be served only in place of an error.
        case stale(age: Int64)
        /// May not be served at all.
        case dead
    }

    let lifetime: Int64
    let staleIfError: Int64

    func state(of confirmedAt: Instant, now: Instant) -> State {
        let age = now.nanoseconds(since: confirmedAt)
        if age < lifetime { return .fresh(age: age, timeToLive: lifetime - age) }
        return age - lifetime < staleIfError ? .stale(age: age) : .dead
    }
}

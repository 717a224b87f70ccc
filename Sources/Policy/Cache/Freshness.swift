/// How a state ages: it is fresh, then it may be served for a while yet, then only asking helps.
///
/// Age counts from the moment at which the call began, not from when its answer came, since the origin may
/// have read the dataset at any time between (RFC 9111, section 4.2.3, counts so too).
struct Freshness: Sendable, Equatable {
    enum State: Sendable, Equatable {
        /// May be served; nanoseconds that remain, at least 1.
        case fresh(timeToLive: Int64)
        /// May be served while it is being confirmed (RFC 5861, section 3).
        case revalidating
        /// May be served in place of an error (RFC 5861, section 4).
        case standIn
        /// May not be served before it has been confirmed.
        case stale
    }

    let lifetime: Int64
    let staleWhileRevalidate: Int64
    let staleIfError: Int64

    func state(age: Int64) -> State {
        if age < lifetime { return .fresh(timeToLive: lifetime - age) }
        if age - lifetime < staleWhileRevalidate { return .revalidating }
        return age - lifetime < staleIfError ? .standIn : .stale
    }

    func mayStandIn(age: Int64) -> Bool { age < lifetime || age - lifetime < staleIfError }
}

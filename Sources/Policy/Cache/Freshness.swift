/// The rule by which a cached state ages: fresh, then stale but still served for a while, then only revalidated.
///
/// Age counts from the moment at which the fetch was sent, not from its response. Upstream may have read the dataset
/// at any time between the two (RFC 9111, section 4.2.3, counts so too).
struct Freshness: Sendable, Equatable {
    enum State: Sendable, Equatable {
        /// May be served; `timeToLive` is the nanoseconds that remain, at least 1.
        case fresh(timeToLive: Int64)
        /// May be served while it is revalidated (RFC 5861, section 3).
        case revalidating
        /// May be served in place of an error (RFC 5861, section 4).
        case standIn
        /// May not be served before it has been revalidated.
        case stale
    }

    let lifetime: Int64
    let staleWhileRevalidate: Int64
    let staleIfError: Int64

    @inline(__always)
    func state(age: Int64) -> State {
        if age < lifetime { return .fresh(timeToLive: lifetime - age) }
        if age - lifetime < staleWhileRevalidate { return .revalidating }
        return age - lifetime < staleIfError ? .standIn : .stale
    }

    func mayStandIn(age: Int64) -> Bool { age < lifetime || age - lifetime < staleIfError }
}

/// The handling of a request by the cache, for the Cache-Status field (RFC 9211).
package enum CacheStatus: Sendable, Equatable {
    /// A hit, with the nanoseconds for which the page stays fresh.
    case hit(timeToLive: Int64)
    /// A page rendered from the snapshot, with the nanoseconds for which that stays fresh.
    case derived(timeToLive: Int64)
    case staleWhileRevalidate
    case staleIfError
    case forwarded(Reason, stored: Bool = false)
    /// A revalidation, by a delta.
    case delta(Reason, stored: Bool = false)
    /// A wait for a fetch that another request had started.
    case collapsed(Reason)

    /// Neither a response from the cache nor a forward: a bucket was empty, or nothing could be forwarded.
    case refused

    /// The reason for a forward: the `fwd` parameter.
    package enum Reason: Sendable {
        case bypass
        case method
        case uriMiss
        case stale
        case request

        /// The text up to the reason, spelled out so that a forward builds no string.
        fileprivate var forwarded: String {
            switch self {
            case .bypass: "syncgate; fwd=bypass"
            case .method: "syncgate; fwd=method"
            case .uriMiss: "syncgate; fwd=uri-miss"
            case .stale: "syncgate; fwd=stale"
            case .request: "syncgate; fwd=request"
            }
        }
    }

    package var fieldValue: String {
        switch self {
        case .hit(let timeToLive): "syncgate; hit; ttl=\(timeToLive / 1_000_000_000)"
        case .derived(let timeToLive): "syncgate; hit; ttl=\(timeToLive / 1_000_000_000); detail=derived"
        case .staleWhileRevalidate: "syncgate; hit; detail=stale-while-revalidate"
        case .staleIfError: "syncgate; hit; detail=stale-if-error"
        case .delta(let reason, stored: false): reason.forwarded + "; detail=delta"
        case .delta(let reason, stored: true): reason.forwarded + "; stored; detail=delta"
        case .forwarded(let reason, stored: false): reason.forwarded
        case .forwarded(let reason, stored: true): reason.forwarded + "; stored"
        case .collapsed(let reason): reason.forwarded + "; collapsed"
        case .refused: "syncgate; detail=refused"
        }
    }
}

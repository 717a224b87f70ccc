/// What the cache did for an answer, as the Cache-Status field tells it (RFC 9211).
package enum CacheStatus: Sendable, Equatable {
    /// Nanoseconds for which the page stays fresh.
    case hit(timeToLive: Int64)
    /// Rendered from what is held of the dataset; nanoseconds for which that stays fresh.
    case derived(timeToLive: Int64)
    case staleWhileRevalidate
    case staleIfError
    case forwarded(Reason, stored: Bool = false)
    /// The service was asked only what has changed.
    case delta(Reason, stored: Bool = false)
    /// Waited for a call that another request had started.
    case collapsed

    /// Neither answered nor forwarded: a bucket was empty, or there was no way to forward.
    case refused

    /// Why the origin was asked: the `fwd` parameter.
    package enum Reason: Sendable {
        case bypass
        case method
        case uriMiss
        case stale
        case request

        /// Spelled out, so that a forward puts no text together.
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
        case .collapsed: "syncgate; fwd=uri-miss; collapsed"
        case .refused: "syncgate; detail=refused"
        }
    }
}

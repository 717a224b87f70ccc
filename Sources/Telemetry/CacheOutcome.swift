/// The part of the cache in a response: the `cache` and `outcome` labels.
package enum CacheOutcome: String, CaseIterable, Sendable {
    /// Served from the cache while fresh.
    case hit
    /// Served from a snapshot, by a page rendered for this request.
    case derived
    /// Served from the cache: the dataset does not exist.
    case absent
    /// Served past its time because upstream failed.
    case stale
    /// Waited for a fetch that another request had started.
    case joined
    /// Started the fetch.
    case lead
    /// Forwarded past the cache, which may not serve it.
    case pass
    /// Ended before the cache was read.
    case none

    /// Whether the response cost no upstream request of its own.
    package var avoidsUpstream: Bool {
        switch self {
        case .hit, .derived, .absent, .joined: true
        case .stale, .lead, .pass, .none: false
        }
    }
}

/// The positions are spelled out because every request counts one. A search would make an array of the cases.
extension CacheOutcome: ClosedSet {
    package var position: Int {
        switch self {
        case .hit: 0
        case .derived: 1
        case .absent: 2
        case .stale: 3
        case .joined: 4
        case .lead: 5
        case .pass: 6
        case .none: 7
        }
    }
}

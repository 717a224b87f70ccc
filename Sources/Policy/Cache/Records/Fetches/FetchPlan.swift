/// The request that a shared fetch makes.
package enum FetchPlan: Sendable {
    /// Lists the records that changed after this count, 0 for all.
    case list(since: Int64)
    /// Asks by a delta whether the cached state still holds.
    case revalidate(RevalidationBase)

    package var since: Int64 {
        switch self {
        case .list(let since): since
        case .revalidate(let base): base.syncCount
        }
    }

    /// The state that is revalidated; nil for a listing.
    var revalidationBase: RevalidationBase? {
        switch self {
        case .list: nil
        case .revalidate(let base): base
        }
    }
}

/// The request that a shared fetch makes.
package enum FetchPlan: Sendable {
    /// Lists the records that changed after this count, 0 for all.
    case list(since: Int64)
    /// Asks by a delta, from its look-back on, whether the cached state still holds.
    case revalidate(RevalidationBase)

    package var since: Int64 {
        switch self {
        case .list(let since): since
        case .revalidate(let base): base.since
        }
    }

    /// Returns what a response shows of the incarnation of the cached state, where there is one.
    package func finding(of seen: Observation, _ check: IncarnationCheck) -> IncarnationFinding {
        switch check {
        case .same: .proves
        case .doubtful: .contradicts
        case .notChecked: revalidationBase?.finding(of: seen) ?? .silent
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

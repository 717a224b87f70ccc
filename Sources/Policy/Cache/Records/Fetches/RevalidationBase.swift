/// A cached state that is to be revalidated, and what is known of its incarnation.
///
/// Counts alone cannot tell a dataset from another that was made under its name. Records that come again can, and
/// else the date of its creation.
package struct RevalidationBase: Sendable {
    package let snapshot: DatasetSnapshot
    /// The count of the last state that a fetch showed.
    let confirmedCount: Int64
    package let incarnation: IncarnationFacts
    /// Whether the response has to prove the incarnation, even if nothing has changed.
    package let mustProve: Bool

    init(
        snapshot: DatasetSnapshot,
        confirmedCount: Int64,
        incarnation: IncarnationFacts,
        mustProve: Bool,
        latest: Int64 = .max
    ) {
        self.snapshot = snapshot
        self.confirmedCount = confirmedCount
        self.incarnation = incarnation
        self.mustProve = mustProve
        since = max(0, min(latest, snapshot.lookBackCount(from: confirmedCount, mustProve: mustProve)))
    }

    package var syncCount: Int64 { snapshot.syncCount }

    /// The count from which the revalidation asks.
    package let since: Int64

    /// Returns what the response shows of the incarnation.
    package func finding(of seen: Observation) -> IncarnationFinding {
        snapshot.finding(of: seen, confirmed: confirmedCount)
    }

    /// Returns whether only the date of the creation can tell now: the records do not, and they have to, or another
    /// writer changed the dataset.
    package func needsCreationDate(after seen: Observation) -> Bool {
        finding(of: seen) == .silent && (mustProve || !seen.shows(snapshot))
    }
}

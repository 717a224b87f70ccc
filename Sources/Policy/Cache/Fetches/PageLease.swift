/// The right to serve one page without asking the table.
package struct PageLease: Sendable {
    let state: Lease
    /// The moment at which the session token in the page has become too old.
    let goodUntil: Instant

    /// Returns the remaining freshness and records an access; nil if the table would not serve the page as a hit now.
    package func remainingFreshness(now: Instant) -> RemainingFreshness? {
        guard now < goodUntil, let remainingFreshness = state.remainingFreshness(now: now) else { return nil }
        state.touch()
        return remainingFreshness
    }
}

package import CognitoSync

/// A shared fetch in flight, to be handed back once.
package struct FetchToken: Sendable {
    package let dataset: DatasetScope
    package let start: Instant
    let stamp: Stamp
    package let plan: FetchPlan
    /// The right of other readers to join the fetch without the table.
    package let lease: FetchLease
}

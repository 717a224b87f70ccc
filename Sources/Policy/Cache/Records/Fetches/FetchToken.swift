package import CognitoSync

/// A shared fetch in flight, to be handed back once.
package struct FetchToken: Sendable {
    package let dataset: DatasetScope
    package let start: Instant
    /// The moment at which it was sent.
    private(set) var stamp: Stamp
    /// The generation of the runtime that sent it.
    package let generation: UInt64
    package let plan: FetchPlan
    /// The right of other readers to join the fetch without the table.
    package let lease: FetchLease

    init(
        dataset: DatasetScope,
        start: Instant,
        stamp: Stamp,
        generation: UInt64,
        plan: FetchPlan,
        lease: FetchLease
    ) {
        self.dataset = dataset
        self.start = start
        self.stamp = stamp
        self.generation = generation
        self.plan = plan
        self.lease = lease
    }

    /// The same fetch, fenced: as if it had been sent before all that is known.
    var fenced: Self {
        var token = self
        token.stamp = Stamp()
        return token
    }
}

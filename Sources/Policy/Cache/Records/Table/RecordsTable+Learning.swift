package import CognitoSync

/// Knowledge from other events than shared fetches and writes.
extension RecordsTable {
    /// Registers a read that is about to be sent and is not shared.
    package mutating func readStarted(_ scope: DatasetScope, generation: UInt64? = nil) -> ReadToken {
        ReadToken(scope: scope, stamp: sendingMoment(under: generation))
    }

    /// Learns from the response to such a read, before its caller gets it.
    package mutating func learn(_ seen: Observation, by token: ReadToken) {
        apply(.shown(seen, sentAt: token.stamp), to: datasets.handle(of: token.scope))
    }

    /// Learns that the service did not know the count of such a read.
    package mutating func learn(_ unknown: UnknownCount, by token: ReadToken) {
        apply(.unknownCount(unknown.count, sentAt: token.stamp), to: datasets.handle(of: token.scope))
        unknownCounts.set(unknown, for: token.scope)
    }

    /// Learns from a response that shows only whether the dataset exists, such as that to DescribeDataset.
    package mutating func learn(exists: Bool, of scope: DatasetScope) {
        apply(.described(exists: exists), to: datasets.handle(of: scope))
    }

    /// Makes a dataset doubtful: it is revalidated before it is served again.
    package mutating func doubt(_ scope: DatasetScope) { apply(.told, to: datasets.handle(of: scope)) }

    /// Invalidates what matches, where nil stands for any.
    ///
    /// Linear in the number of datasets: for an operator, not for traffic.
    ///
    /// - Returns: The number of datasets dropped.
    package mutating func purge(
        pool: IdentityPoolID? = nil,
        identity: IdentityID? = nil,
        dataset: DatasetName? = nil
    ) -> Int {
        func matches(_ scope: DatasetScope) -> Bool {
            (pool.map { $0 == scope.owner.pool } ?? true)
                && (identity.map { $0 == scope.owner.identity } ?? true)
                && (dataset.map { $0 == scope.dataset } ?? true)
        }
        snapshots.removeAll(where: matches)
        forgetNotes(where: matches)
        let matching = datasets.all.filter { datasets[$0].map { matches($0.scope) } ?? false }
        let dropped = matching.count { datasets[$0]?.cached != nil }
        for dataset in matching { apply(.purged, to: dataset) }
        return dropped
    }

    mutating func forgetNotes(where isUnwanted: (DatasetScope) -> Bool) {
        longListings.removeAll(where: isUnwanted)
        unknownCounts.removeAll(where: isUnwanted)
    }
}

package import CognitoSync

/// Changes to datasets: writes and deletions through the gateway, and what streams tell of other writers.
extension RecordsTable {
    /// Registers a write that is about to be sent.
    package mutating func writeStarted(_ scope: DatasetScope, generation: UInt64? = nil) -> WriteToken {
        let dataset = datasets.make(scope, now: clock)
        datasets.update(dataset) { $0.startWrite() }
        return WriteToken(
            scope: scope,
            stamp: sendingMoment(under: generation),
            cachedCount: datasets[dataset]?.cached?.snapshot.syncCount
        )
    }

    /// Takes back a write: once, before its caller gets the response.
    package mutating func writeEnded(_ token: WriteToken, outcome: WriteOutcome, now: Instant) {
        guard let dataset = datasets.handle(of: token.scope) else { return }
        datasets.update(dataset) { $0.endWrite() }
        apply(.written(outcome, token), to: dataset, now: now)
    }

    /// Takes in a change that a stream shows; nil where it shows that, and not what, has changed.
    package mutating func streamed(
        _ change: RecordChange?,
        of scope: DatasetScope,
        now: Instant
    ) -> StreamOutcome {
        apply(.streamed(change), to: datasets.handle(of: scope), now: now)
            .map(StreamOutcome.init) ?? .unheld
    }

    /// Registers a DeleteDataset that is about to be sent.
    ///
    /// Until it ends, no change is merged, and a write invalidates. The change that seems to continue the snapshot may
    /// belong to the next incarnation.
    package mutating func deletionStarted(_ owner: IdentityScope) {
        deletions.start(owner)
        invalidateAll(of: owner)
    }

    /// Takes back a deletion, whatever its outcome: once, before its caller gets the response.
    package mutating func deletionEnded(_ owner: IdentityScope) {
        deletions.end(owner)
        invalidateAll(of: owner)
    }

    private mutating func invalidateAll(of owner: IdentityScope) {
        snapshots.removeAll { $0.owner == owner }
        forgetNotes { $0.owner == owner }
        for dataset in datasets.datasets(of: owner) { apply(.deleted, to: dataset) }
    }
}

extension StreamOutcome {
    fileprivate init(_ action: FenceTransition.Action) {
        self =
            switch action {
            case .nothing, .close: .known
            case .fence: .unheld
            case .doubt, .invalidate: .doubted
            case .begin, .bringForward: .merged
            }
    }
}

package import CognitoSync

/// What makes answers stale.
extension MetadataTable {
    /// Voids what a write may change and gives the number of answers dropped.
    ///
    /// To be called before the write leaves, and again when it has ended, whatever came of it, before its caller
    /// is answered. The end alone keeps the promise. The start is for those who see the write's effect in another
    /// read first: what they are given of these is then not older than the write's departure.
    package mutating func invalidate(_ range: InvalidationRule, because reason: Invalidation) -> Int {
        invalidateAll(
            (groups[range.group] ?? []).filter { slots[$0].map { range.covers($0.key) } ?? false },
            because: reason
        )
    }

    /// Voids what tells of a pool, an identity or a dataset, where nil stands for any, and gives the number of
    /// answers dropped.
    package mutating func purge(
        pool: IdentityPoolID? = nil,
        identity: IdentityID? = nil,
        dataset: DatasetName? = nil
    ) -> Int {
        invalidateAll(
            slots.handles.filter { slots[$0].map { $0.key.tells(of: pool, identity, dataset) } ?? false },
            because: .purge
        )
    }

    private mutating func invalidateAll(_ handles: some Collection<Int>, because reason: Invalidation) -> Int
    {
        guard !handles.isEmpty else { return 0 }
        let moment = clock.next()
        var dropped = 0
        for slot in handles {
            if dropResponse(of: slot) { dropped += 1 }
            slots[slot]?.changed = moment
            discardIfEmpty(slot)
        }
        if dropped > 0 { counters.invalidated[reason, default: 0] += dropped }
        return dropped
    }
}

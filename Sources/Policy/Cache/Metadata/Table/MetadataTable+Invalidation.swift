package import CognitoSync

/// The events that make responses stale.
extension MetadataTable {
    /// Invalidates what a write may change.
    ///
    /// To be called before the write is sent. To be called again when it has ended, whatever its outcome, before its
    /// caller gets the response. The end alone keeps the promise. The start is for callers that see the effect of the
    /// write in another read first: of these reads they get nothing from before the write was sent.
    ///
    /// - Returns: The number of responses dropped.
    package mutating func invalidate(_ range: InvalidationRule, because reason: Invalidation) -> Int {
        invalidateAll(
            slots.slots(in: range.group).filter { slots[$0].map { range.covers($0.key) } ?? false },
            because: reason
        )
    }

    /// Invalidates what shows a pool, an identity or a dataset, where nil stands for any.
    ///
    /// - Returns: The number of responses dropped.
    package mutating func purge(
        pool: IdentityPoolID? = nil,
        identity: IdentityID? = nil,
        dataset: DatasetName? = nil
    ) -> Int {
        invalidateAll(
            slots.all.filter { slots[$0].map { $0.key.shows(pool: pool, identity, dataset) } ?? false },
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
            recordChange(of: slot, at: moment)
            forgetIfIdle(slot)
        }
        if dropped > 0 { counters.invalidated[reason, default: 0] += dropped }
        return dropped
    }
}

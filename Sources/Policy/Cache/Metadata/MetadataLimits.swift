package import CognitoSync

/// The bounds of one shard of the metadata table; all times are nanoseconds.
package struct MetadataLimits: Sendable, Equatable {
    /// The bytes of responses and of the memory beside them; they bound the number of responses too.
    package var bytes: Int
    /// The time for which a response to each operation is cached, from the sending of its fetch; absent: not at all.
    package var lifetimes: [OperationName: Int64]
    /// The time after which no reader waits any longer for a fetch that has not come back.
    package var fetchLimit: Int64
    /// The maximum number of responses about an identity, a pool, or the listing of pools.
    package var responsesPerGroup: Int

    package init(
        bytes: Int,
        lifetimes: [OperationName: Int64],
        fetchLimit: Int64 = 15_000_000_000,
        responsesPerGroup: Int = 64
    ) {
        self.bytes = max(0, bytes)
        self.lifetimes = lifetimes
        self.fetchLimit = max(0, fetchLimit)
        self.responsesPerGroup = max(1, responsesPerGroup)
    }

    /// Returns the limits of one of `count` shards.
    package func divided(by count: Int) -> Self {
        var share = self
        share.bytes = bytes / max(1, count)
        return share
    }

    /// The largest response that is cached: one must not push out a whole working set.
    var largestResponse: Int { bytes / 8 }
}

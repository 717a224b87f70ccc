/// The bounds of one shard of the cache; all times are nanoseconds.
package struct RecordsLimits: Sendable, Equatable {
    /// Bytes of datasets, pages, and what it takes to keep them.
    package var bytes: Int
    /// How long a state is served after it was confirmed: the longest time for which a writer that goes round
    /// the gateway can stay unseen.
    package var fresh: Int64
    /// The same for a dataset that does not exist.
    package var absent: Int64
    /// How much longer a state may be served while it is being confirmed.
    package var staleWhileRevalidate: Int64
    /// How much longer a state may stand in when the origin fails.
    package var staleIfError: Int64
    /// After how long a state that no count has contradicted is asked whether it is still the same dataset.
    package var identityCheck: Int64
    /// How long the pages of a walk can be had after the dataset has changed.
    package var pagination: Int64
    /// After how long a call that has not come back is no longer waited for.
    package var fetchLimit: Int64
    /// How many pages a dataset may have ready; the oldest makes room.
    package var pagesPerDataset: Int
    /// A whole listing shows tombstones.
    package var listsTombstones: Bool
    /// Pages carry the service's session tokens, so they must be as young as those.
    package var keepsOriginTokens: Bool

    package init(
        bytes: Int,
        fresh: Int64 = 5_000_000_000,
        absent: Int64 = 2_000_000_000,
        staleWhileRevalidate: Int64 = 0,
        staleIfError: Int64 = 0,
        identityCheck: Int64 = 60_000_000_000,
        pagination: Int64 = 60_000_000_000,
        fetchLimit: Int64 = 15_000_000_000,
        pagesPerDataset: Int = 64,
        listsTombstones: Bool = false,
        keepsOriginTokens: Bool = false
    ) {
        self.bytes = max(0, bytes)
        self.fresh = max(0, fresh)
        self.absent = max(0, absent)
        self.staleWhileRevalidate = max(0, staleWhileRevalidate)
        self.staleIfError = max(0, staleIfError)
        self.identityCheck = max(0, identityCheck)
        self.pagination = max(0, pagination)
        self.fetchLimit = max(0, fetchLimit)
        self.pagesPerDataset = max(1, pagesPerDataset)
        self.listsTombstones = listsTombstones
        self.keepsOriginTokens = keepsOriginTokens
    }

    /// The largest dataset that is kept: one must not push out a whole working set.
    var largestDataset: Int { bytes / 8 }

    /// How much of the shard one identity may fill: a flood under one identity must not push out the others.
    var identityShare: Int { bytes / 4 }

    /// What snapshots of walks may take, beside.
    var paginationBytes: Int { bytes / 8 }

    func freshness(isAbsent: Bool) -> Freshness {
        Freshness(
            lifetime: isAbsent ? absent : fresh,
            staleWhileRevalidate: staleWhileRevalidate,
            staleIfError: staleIfError
        )
    }
}

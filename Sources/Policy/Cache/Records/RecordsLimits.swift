/// The bounds of one shard of the cache; all times are nanoseconds.
package struct RecordsLimits: Sendable, Equatable {
    /// The bytes of snapshots, pages, and the memory beside them.
    package var bytes: Int
    /// The time for which a state is served after it was validated: the longest time for which a writer that bypasses
    /// the gateway stays unseen.
    package var fresh: Int64
    /// The same for a dataset that does not exist.
    package var absent: Int64
    /// The further time for which a state may be served while it is revalidated.
    package var staleWhileRevalidate: Int64
    /// The further time for which a state may stand in when upstream fails.
    package var staleIfError: Int64
    /// The time after which a state that no count has contradicted is checked for being the same incarnation.
    package var identityCheck: Int64
    /// The time for which a pagination can continue after the dataset has changed.
    package var pagination: Int64
    /// The time after which no reader waits any longer for a fetch that has not come back.
    package var fetchLimit: Int64
    /// The maximum number of pages that a dataset has ready; the oldest makes room.
    package var pagesPerDataset: Int
    /// Whether a whole listing shows tombstones.
    package var listsTombstones: Bool
    /// Whether pages carry upstream's session tokens, and so must be as young as those.
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

    /// The largest dataset that is cached: one must not push out a whole working set.
    var largestDataset: Int { bytes / 8 }

    /// The share of the shard that one identity may fill: a flood under one identity must not push out the others.
    var identityShare: Int { bytes / 4 }

    /// The bytes that snapshots retained for paginations may take, beside `bytes`.
    ///
    /// At least a dataset of the service's 1 MB: a pagination has to come to its end where nothing is cached, too.
    var paginationBytes: Int { max(bytes / 8, 2 << 20) }

    @inline(__always)
    func freshness(isAbsent: Bool) -> Freshness {
        Freshness(
            lifetime: isAbsent ? absent : fresh,
            staleWhileRevalidate: staleWhileRevalidate,
            staleIfError: staleIfError
        )
    }
}

/// The bounds of one shard of the cache; all times are nanoseconds.
package struct CacheLimits: Sendable, Equatable {
    /// Bytes of pages and of what it takes to keep them.
    package var bytes: Int
    /// How long a page is served after its fetch began: the longest time for which a writer that goes round
    /// the gateway can stay unseen.
    package var fresh: Int64
    /// The same for the page of a dataset that does not exist.
    package var absent: Int64
    /// How much longer a page may stand in when the origin fails.
    package var staleIfError: Int64
    /// After how long a fetch that has not come back is no longer waited for.
    package var flightLimit: Int64
    /// How many pages a dataset may have here; the oldest makes room.
    package var pagesPerDataset: Int

    package init(
        bytes: Int,
        fresh: Int64 = 5_000_000_000,
        absent: Int64 = 2_000_000_000,
        staleIfError: Int64 = 0,
        flightLimit: Int64 = 15_000_000_000,
        pagesPerDataset: Int = 64
    ) {
        self.bytes = max(0, bytes)
        self.fresh = max(0, fresh)
        self.absent = max(0, absent)
        self.staleIfError = max(0, staleIfError)
        self.flightLimit = max(0, flightLimit)
        self.pagesPerDataset = max(1, pagesPerDataset)
    }

    /// The largest page that is kept: one page must not push out a whole working set.
    var largestPage: Int { bytes / 8 }

    /// How much of the shard one identity may fill: a flood under one identity must not push out the others.
    var identityShare: Int { bytes / 4 }

    func freshness(isAbsent: Bool) -> Freshness {
        Freshness(lifetime: isAbsent ? absent : fresh, staleIfError: staleIfError)
    }
}

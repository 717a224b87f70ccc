package import CognitoSync

/// A shard of the cache of records: the snapshot of each dataset, pages rendered from it, and the fetches in flight.
///
/// One table for all, so that there is no gap between 'not cached' and 'being fetched'. It belongs under one lock.
/// Everything of an identity must be in the same shard (`IdentityScope.shard(among:)`).
///
/// The sync count is the version of a dataset. The cached state is the newest one known. Every page that it can show
/// exactly is rendered from it. Given an upstream whose reads and writes take effect at some moment between their start
/// and their end, the table promises:
/// - A read that starts after a write's response never gets what was there before the write.
/// - A read that starts after the response to another never gets an older state than that one.
/// - A change by a writer that bypasses the gateway stays unseen for `fresh` at most. That time counts from the sending
///   of the fetch that last validated the state.
///
/// It keeps them by the rules of the fence (``FenceTransition``). A caller that leads a fetch must call `complete`
/// whatever happens, and then complete what `nextTurn` returns. If it never does, no reader waits for it after
/// `fetchLimit`.
///
/// Each part owns its state. The table keeps them in step:
/// - A dataset costs its snapshot, its pages and an overhead, in the eviction queue and in the index (`recount`).
/// - An entry moves its stamps and closes its fetches at once (`recordChange`, `fence`).
package struct RecordsTable<Page: Sendable, Fetch: Sendable>: Sendable {
    package internal(set) var limits: RecordsLimits

    var clock = Stamp()
    var datasets = DatasetIndex()
    var pages = PageStore<Page>()
    var fetches = FetchBoard<Fetch, FetchPlan>()
    /// The reads that wait for a confirmation of their dataset to end.
    var confirmations = ConfirmationQueue<DatasetScope, Fetch>()
    /// The order in which datasets are evicted, each with its pages.
    var queue: S3FIFO
    var snapshots = PaginationSnapshots()
    var deletions = PendingDeletions()
    var longListings = DatasetNotes<LongListing>()
    /// The last count above the cached one that the service did not know.
    var unknownCounts = DatasetNotes<UnknownCount>()
    /// The generation of the runtime in force: what another one sent is not cached.
    package internal(set) var generation: UInt64 = 0
    var counters = CacheStatistics()

    package init(limits: RecordsLimits) {
        self.limits = limits
        queue = S3FIFO(bytes: limits.bytes)
    }

    package var statistics: CacheStatistics {
        counters.with(
            fetches,
            pages: pages.count,
            bytes: queue.bytes + snapshots.bytes,
            datasets: queue.count
        )
    }

    /// Returns the count of the cached snapshot, 0 for a dataset that does not exist; nil if nothing is cached.
    package func syncCount(of scope: DatasetScope) -> Int64? { cached(of: scope)?.snapshot.syncCount }

    /// Takes a session token of upstream that no write has used; nil if there is none.
    package mutating func takeToken(of scope: DatasetScope, now: Instant) -> String? {
        datasets.handle(of: scope).flatMap { dataset in
            datasets.update(dataset) { $0.takeToken(now: now) } ?? nil
        }
    }

    /// Returns the moment of something that is sent now; for another generation, one before all that is known.
    mutating func sendingMoment(under generation: UInt64?) -> Stamp {
        isInForce(generation) ? clock.next() : Stamp()
    }

    /// Returns whether a generation is that of the runtime in force; nil stands for it.
    func isInForce(_ generation: UInt64?) -> Bool { generation ?? self.generation == self.generation }

    func cached(of scope: DatasetScope) -> CachedDataset? {
        datasets.handle(of: scope).flatMap { datasets[$0]?.cached }
    }

    /// Forgets a dataset without state, fetch or write: the next read sends a fetch that sees all that happened.
    mutating func forgetIfIdle(_ dataset: Int) {
        guard let entry = datasets[dataset], entry.cached == nil, entry.writes == 0, fetches.isEmpty(dataset)
        else { return }
        datasets.remove(dataset)
    }
}

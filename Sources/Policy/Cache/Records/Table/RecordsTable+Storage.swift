import CognitoSync

/// The cached states and pages, and the room that they take.
extension RecordsTable {
    /// Applies the limits of a new runtime, whose fetches are cached from now on.
    ///
    /// Tighter limits evict datasets; limits by which pages would be others drop all.
    package mutating func resize(_ limits: RecordsLimits, generation: UInt64? = nil) {
        self.generation = generation ?? self.generation
        let changesPages =
            limits.listsTombstones != self.limits.listsTombstones
            || limits.keepsOriginTokens != self.limits.keepsOriginTokens
        self.limits = limits
        if changesPages { _ = purge() }
        queue.resize(bytes: limits.bytes)
        snapshots.shrink(to: limits.paginationBytes)
        for dataset in datasets.all { datasets.update(dataset) { $0.renewLease(by: limits) } }
        while queue.bytes > limits.bytes, evict() {}
    }

    /// Caches a page that was rendered from a snapshot, if that is still the one cached.
    ///
    /// `cost` is the bytes that the page holds. The pages of a dataset together may take about as much as its records.
    /// More of them replace the oldest.
    ///
    /// - Returns: The right to serve it again without the table; nil if it is not cached.
    package mutating func keep(
        _ page: Page,
        for key: PageKey,
        of snapshot: DatasetSnapshot,
        cost: Int,
        goodUntil: Instant,
        generation: UInt64? = nil
    ) -> PageLease? {
        guard isInForce(generation), !limits.keepsOriginTokens,
            let dataset = datasets.handle(of: key.dataset),
            datasets[dataset]?.cached?.snapshot === snapshot,
            let handle = pages.insert(
                page,
                for: key,
                of: dataset,
                cost: cost,
                goodUntil: goodUntil,
                most: limits.pagesPerDataset,
                allowance: snapshot.cost + 16 * 1024
            )
        else { return nil }
        recount(dataset)
        makeRoom(for: dataset)
        // Making room may have taken it.
        guard pages.find(key, of: dataset) == handle, let lease = datasets[dataset]?.lease else { return nil }
        return PageLease(state: lease, goodUntil: goodUntil)
    }

    /// Caches a state in place of the one before.
    ///
    /// - Returns: Whether it is cached; false if it is too large.
    mutating func cache(_ cached: CachedDataset, in dataset: Int, now: Instant) -> Bool {
        if let before = datasets[dataset]?.cached?.snapshot, before !== cached.snapshot {
            if before.version != cached.snapshot.version { forgetUnknownCount(ifKnown: before, of: dataset) }
            retire(dataset, now: now)
            dropPages(of: dataset)
        }
        guard cached.snapshot.cost <= limits.largestDataset else {
            release(dataset)
            return false
        }
        datasets.update(dataset) { [limits] in $0.cache(cached, by: limits) }
        recount(dataset)
        makeRoom(for: dataset)
        return datasets[dataset]?.cached?.snapshot === cached.snapshot
    }

    /// Drops what is cached of a dataset, pages included; the entry stays.
    mutating func release(_ dataset: Int) {
        dropPages(of: dataset)
        if let cached = datasets[dataset]?.cached {
            forgetUnknownCount(ifKnown: cached.snapshot, of: dataset)
        }
        datasets.update(dataset) { $0.release() }
        recount(dataset)
    }

    /// Forgets the count that upstream did not know beside this snapshot: it may know it now.
    ///
    /// Beside an absent dataset it showed that there is one.
    private mutating func forgetUnknownCount(ifKnown snapshot: DatasetSnapshot, of dataset: Int) {
        guard !snapshot.isAbsent, let scope = datasets[dataset]?.scope else { return }
        unknownCounts.remove(scope)
    }

    /// Drops every page of a dataset; the state stays.
    mutating func dropPages(of dataset: Int) {
        datasets.update(dataset) { $0.endLease() }
        pages.removeAll(of: dataset)
        recount(dataset)
    }

    /// Brings the eviction queue and the index in line with what the dataset takes now.
    private mutating func recount(_ dataset: Int) {
        guard let entry = datasets[dataset] else { return }
        let cost =
            entry.cached.map { $0.snapshot.cost + pages.bytes(of: dataset) + DatasetEntry.overhead } ?? 0
        let before = queue.cost(of: dataset)
        guard before != cost else { return }
        if cost > 0 {
            let fingerprint = UInt64(bitPattern: Int64(entry.scope.hashValue))
            queue.insert(dataset, fingerprint: fingerprint, cost: cost)
        } else {
            queue.remove(dataset)
        }
        datasets.addBytes(cost - before, to: entry.scope.owner)
    }

    /// Makes room within the bounds of the identity and of the shard, in this order.
    private mutating func makeRoom(for dataset: Int) {
        guard let owner = datasets[dataset]?.scope.owner else { return }
        while datasets.bytes(of: owner) > limits.identityShare,
            let other = datasets.datasets(of: owner).first(where: {
                $0 != dataset && datasets[$0]?.cached != nil
            })
        {
            dropForRoom(other)
        }
        while queue.bytes > limits.bytes, evict() {}
    }

    private mutating func evict() -> Bool {
        let datasets = datasets
        guard let victim = queue.evict(touches: { datasets[$0]?.lease.takeTouches() ?? 0 }) else {
            return false
        }
        dropForRoom(victim)
        return true
    }

    private mutating func dropForRoom(_ dataset: Int) {
        release(dataset)
        counters.evictions += 1
        forgetIfIdle(dataset)
    }
}

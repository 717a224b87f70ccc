import CognitoSync

/// What is held, and the room it takes.
extension RecordsTable {
    /// Takes new limits over; where they are tighter, datasets go.
    package mutating func resize(_ limits: RecordsLimits) {
        self.limits = limits
        queue.resize(bytes: limits.bytes)
        snapshots.shrink(to: limits.paginationBytes)
        for dataset in datasets.handles { renewLease(of: dataset) }
        while queue.bytes > limits.bytes, evict() {}
    }

    /// Keeps a page that was rendered from a state, if that is still the one held; nil if it is not kept.
    ///
    /// `cost` is the bytes that it holds. A dataset's pages together may take about as much as its records: more
    /// go in the order in which they came.
    package mutating func keep(
        _ page: Page,
        for key: PageKey,
        of snapshot: DatasetSnapshot,
        cost: Int,
        goodUntil: Instant
    ) -> PageLease? {
        guard let dataset = datasetOfScope[key.dataset], let cached = datasets[dataset]?.cached?.snapshot,
            cached === snapshot
        else { return nil }
        let (cost, overflow) = max(0, cost).addingReportingOverflow(Self.pageOverhead)
        let allowance = snapshot.cost + 16 * 1024
        guard !overflow, cost <= allowance else { return nil }
        if let there = slotOfKey[key] { dropPage(there, of: dataset) }
        while let pages = datasets[dataset]?.pages, let oldest = pages.first,
            pages.count >= limits.pagesPerDataset || (datasets[dataset]?.pageBytes ?? 0) + cost > allowance
        {
            dropPage(oldest, of: dataset)
        }
        let slot = slots.insert(
            Slot(key: key, dataset: dataset, page: page, cost: cost, goodUntil: goodUntil)
        )
        slotOfKey[key] = slot
        datasets[dataset]?.pages.append(slot)
        datasets[dataset]?.pageBytes += cost
        recount(dataset)
        makeRoom(for: dataset)
        // Making room may have taken it.
        guard slotOfKey[key] == slot, let lease = datasets[dataset]?.lease else { return nil }
        return PageLease(state: lease, goodUntil: goodUntil)
    }

    /// What a page costs beside its bytes.
    private static var pageOverhead: Int { 640 }

    /// Holds a state in place of what was held before; false if it is too large.
    mutating func hold(_ cached: Entry.Cached, in dataset: Int, now: Instant) -> Bool {
        let isSame = datasets[dataset]?.cached?.snapshot === cached.snapshot
        if !isSame {
            retire(dataset, now: now)
            dropPages(of: dataset)
        }
        guard cached.snapshot.cost <= limits.largestDataset else {
            letGo(dataset)
            return false
        }
        datasets[dataset]?.cached = cached
        renewLease(of: dataset)
        recount(dataset)
        makeRoom(for: dataset)
        return datasets[dataset]?.cached?.snapshot === cached.snapshot
    }

    /// Lets go of what is held of a dataset, pages included, and gives the number of pages; the entry stays.
    @discardableResult
    mutating func letGo(_ dataset: Int) -> Int {
        let dropped = dropPages(of: dataset)
        datasets[dataset]?.cached = nil
        recount(dataset)
        return dropped
    }

    /// Lets the state be served without asking for as long as it may be.
    func renewLease(of dataset: Int) {
        guard let entry = datasets[dataset], let cached = entry.cached else { return }
        let lifetime = cached.snapshot.isAbsent ? limits.absent : limits.fresh
        if cached.isDoubted {
            entry.lease.end()
        } else {
            entry.lease.renew(validatedAt: cached.validatedAt, lifetime: lifetime)
        }
    }

    /// Pages that somebody still has are of this state no more.
    private mutating func endLease(of dataset: Int) {
        datasets[dataset]?.lease.end()
        datasets[dataset]?.lease = Lease()
    }

    /// Drops every page of a dataset, and gives their number; the state stays.
    @discardableResult
    mutating func dropPages(of dataset: Int) -> Int {
        endLease(of: dataset)
        let pages = datasets[dataset]?.pages ?? []
        for slot in pages { dropPage(slot, of: dataset) }
        recount(dataset)
        return pages.count
    }

    private mutating func dropPage(_ slot: Int, of dataset: Int) {
        guard let page = slots[slot] else { return }
        slotOfKey[page.key] = nil
        slots.remove(slot)
        datasets[dataset]?.pages.removeAll { $0 == slot }
        datasets[dataset]?.pageBytes -= page.cost
    }

    /// Brings queue and owner in line with what the dataset takes now.
    private mutating func recount(_ dataset: Int) {
        guard let entry = datasets[dataset] else { return }
        let (before, cost) = (queue.cost(of: dataset), entry.cost)
        guard before != cost else { return }
        if cost > 0 {
            let fingerprint = UInt64(bitPattern: Int64(entry.scope.hashValue))
            queue.insert(dataset, fingerprint: fingerprint, cost: cost)
        } else {
            queue.remove(dataset)
        }
        owners[entry.scope.owner]?.bytes += cost - before
    }

    /// Makes room within the bounds of the identity and of the shard, in this order.
    private mutating func makeRoom(for dataset: Int) {
        guard let owner = datasets[dataset]?.scope.owner else { return }
        while (owners[owner]?.bytes ?? 0) > limits.identityShare,
            let other = owners[owner]?.datasets.first(where: { $0 != dataset && datasets[$0]?.cached != nil })
        {
            dropForRoom(other)
        }
        while queue.bytes > limits.bytes, evict() {}
    }

    private mutating func evict() -> Bool {
        let entries = datasets
        guard let victim = queue.evict(touches: { entries[$0]?.lease.takeTouches() ?? 0 }) else {
            return false
        }
        dropForRoom(victim)
        return true
    }

    private mutating func dropForRoom(_ dataset: Int) {
        letGo(dataset)
        counters.evictions += 1
        forgetIfIdle(dataset)
    }
}

import CognitoSync

/// Pages and the room they take.
extension CacheTable {
    /// What a page costs beside its bytes: slot, key, index, queue, and its share of what is kept of the
    /// dataset.
    ///
    /// 925 bytes were measured with ids of full length and one page for each identity, the most costly case.
    static var overhead: Int { 1024 }

    /// Takes new limits over; where they are tighter, pages go.
    package mutating func resize(_ limits: CacheLimits) {
        self.limits = limits
        queue.resize(bytes: limits.bytes)
        while queue.bytes > limits.bytes, evict(keeping: nil) {}
    }

    /// Keeps a page whose version is the dataset's newest.
    mutating func store(
        _ page: Page,
        version: DatasetVersion,
        cost: Int,
        of ticket: Ticket,
        in dataset: Int,
        now: Instant
    ) -> Fill<Page> {
        let freshness = limits.freshness(isAbsent: version.isAbsent)
        let (cost, overflow) = max(0, cost).addingReportingOverflow(
            Self.overhead + (ticket.key.nextToken?.count ?? 0)
        )
        guard !overflow, cost <= limits.largestPage, freshness.state(of: ticket.start, now: now) != .dead
        else {
            return .declined
        }
        let slot = slotOfKey[ticket.key] ?? makeSlot(ticket.key)
        if let there = slots[slot]?.stored, there.confirmedAt > ticket.start { return .declined }
        makeRoom(for: cost, keeping: slot)
        takePage(outOf: slot)
        slots[slot]?.stored = .init(
            page: page,
            isAbsent: version.isAbsent,
            confirmedAt: ticket.start,
            cost: cost
        )
        datasets[dataset]?.pages.append(slot)
        owners[ticket.key.dataset.owner]?.bytes += cost
        queue.insert(slot, fingerprint: UInt64(bitPattern: Int64(ticket.key.hashValue)), cost: cost)
        return .stored
    }

    /// Drops every page of a dataset; the dataset stays.
    mutating func dropPages(of dataset: Int, because reason: Invalidation) -> Int {
        let pages = datasets[dataset]?.pages ?? []
        for slot in pages {
            takePage(outOf: slot)
            queue.remove(slot)
            discardIfEmpty(slot)
        }
        if !pages.isEmpty { counters.invalidated[reason, default: 0] += pages.count }
        return pages.count
    }

    /// Makes room within the bounds of the dataset, of the identity and of the shard, in this order.
    private mutating func makeRoom(for cost: Int, keeping slot: Int) {
        guard let dataset = slots[slot]?.dataset, let owner = datasets[dataset]?.scope.owner else { return }
        while slots[slot]?.stored == nil, let pages = datasets[dataset]?.pages,
            pages.count >= limits.pagesPerDataset
        {
            letGo(pages[0], keeping: slot)
        }
        while (owners[owner]?.bytes ?? 0) - heldBytes(slot) + cost > limits.identityShare,
            let victim = somePage(of: owner)
        {
            letGo(victim, keeping: slot)
        }
        while queue.bytes - heldBytes(slot) + cost > limits.bytes, evict(keeping: slot) {}
    }

    private func heldBytes(_ slot: Int) -> Int { slots[slot]?.stored?.cost ?? 0 }

    private func somePage(of owner: IdentityScope) -> Int? {
        for dataset in owners[owner]?.datasets ?? [] {
            if let oldest = datasets[dataset]?.pages.first { return oldest }
        }
        return nil
    }

    private mutating func evict(keeping kept: Int?) -> Bool {
        guard let victim = queue.evict() else { return false }
        letGo(victim, keeping: kept)
        return true
    }

    /// Drops a page for room; its slot and its dataset go with it if nothing else holds them, unless `kept`
    /// is about to need them.
    private mutating func letGo(_ slot: Int, keeping kept: Int?) {
        guard let dataset = slots[slot]?.dataset else { return }
        takePage(outOf: slot)
        queue.remove(slot)
        counters.evictions += 1
        if slot != kept { discardIfEmpty(slot) }
        if kept.flatMap({ slots[$0]?.dataset }) != dataset { forgetIfEmpty(dataset) }
    }

    /// Takes the page out of everything but the queue, where a new page of the same key keeps its place.
    private mutating func takePage(outOf slot: Int) {
        guard let cost = slots[slot]?.stored?.cost, let dataset = slots[slot]?.dataset,
            let owner = datasets[dataset]?.scope.owner
        else { return }
        slots[slot]?.stored = nil
        owners[owner]?.bytes -= cost
        if let position = datasets[dataset]?.pages.firstIndex(of: slot) {
            datasets[dataset]?.pages.remove(at: position)
        }
    }
}

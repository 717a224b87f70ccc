import CognitoSync

/// Answers and the room they take.
extension MetadataTable {
    /// What an answer costs beside its bytes: slot, key, index, group and queue, as for a page.
    static var overhead: Int { 1024 }

    mutating func store(
        _ response: Response,
        cost: Int,
        of ticket: MetadataFetchToken,
        in slot: Int,
        now: Instant
    ) -> Bool {
        let (cost, overflow) = max(0, cost).addingReportingOverflow(Self.overhead)
        guard ticket.key.isKept, !overflow, cost <= limits.largestResponse,
            let lifetime = limits.lifetimes[ticket.key.operation],
            now.nanoseconds(since: ticket.start) < lifetime
        else { return false }
        while queue.bytes + cost > limits.bytes, evict() {}
        makeRoom(inGroupOf: slot)
        slots[slot]?.stored = Stored(response: response, start: ticket.start)
        queue.insert(slot, fingerprint: UInt64(bitPattern: Int64(ticket.key.hashValue)), cost: cost)
        return true
    }

    /// One identity must not fill the shard with listings of every size.
    private mutating func makeRoom(inGroupOf slot: Int) {
        guard let group = slots[slot]?.key.group, let members = groups[group],
            members.count > limits.responsesPerGroup,
            let victim = members.first(where: { $0 != slot && slots[$0]?.stored != nil })
        else { return }
        letGo(victim)
    }

    mutating func evict() -> Bool {
        guard let victim = queue.evict() else { return false }
        letGo(victim)
        return true
    }

    private mutating func letGo(_ slot: Int) {
        _ = dropResponse(of: slot)
        counters.evictions += 1
        discardIfEmpty(slot)
    }

    /// Whether there was one.
    mutating func dropResponse(of slot: Int) -> Bool {
        guard slots[slot]?.stored != nil else { return false }
        slots[slot]?.stored = nil
        queue.remove(slot)
        return true
    }

    mutating func makeSlot(_ key: MetadataKey) -> Int {
        let slot = slots.insert(Slot(key: key, changed: clock))
        slotOfKey[key] = slot
        groups[key.group, default: []].insert(slot)
        return slot
    }

    /// Forgets a slot without answer and fetch: whoever asks next starts a fetch that sees all that happened.
    mutating func discardIfEmpty(_ slot: Int) {
        guard let key = slots[slot]?.key, slots[slot]?.stored == nil, slots[slot]?.inTheAir == nil else {
            return
        }
        slotOfKey[key] = nil
        slots.remove(slot)
        groups[key.group]?.remove(slot)
        if groups[key.group]?.isEmpty ?? false { groups[key.group] = nil }
    }
}

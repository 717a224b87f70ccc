import CognitoSync

/// Responses, and the room that they take.
extension MetadataTable {
    /// The memory that a response takes beside its bytes: slot, key, index, group and queue, as for a page.
    private static var overhead: Int { 1024 }

    mutating func store(
        _ response: Response,
        cost: Int,
        of token: MetadataFetchToken,
        in slot: Int,
        now: Instant
    ) -> Bool {
        let (cost, overflow) = max(0, cost).addingReportingOverflow(Self.overhead)
        guard token.key.isCacheable, !overflow, cost <= limits.largestResponse,
            let lifetime = limits.lifetimes[token.key.operation],
            now.nanoseconds(since: token.start) < lifetime
        else { return false }
        while queue.bytes + cost > limits.bytes, evict() {}
        makeRoom(inGroupOf: slot)
        slots.store(response, of: token, in: slot)
        queue.insert(slot, fingerprint: UInt64(bitPattern: Int64(token.key.hashValue)), cost: cost)
        return true
    }

    /// Drops a response of a full group: one identity must not fill the shard with listings of every page size.
    private mutating func makeRoom(inGroupOf slot: Int) {
        guard let group = slots[slot]?.key.group else { return }
        let members = slots.slots(in: group)
        guard members.count > limits.responsesPerGroup,
            let victim = members.first(where: { $0 != slot && slots[$0]?.stored != nil })
        else { return }
        dropForRoom(victim)
    }

    mutating func evict() -> Bool {
        guard let victim = queue.evict() else { return false }
        dropForRoom(victim)
        return true
    }

    private mutating func dropForRoom(_ slot: Int) {
        _ = dropResponse(of: slot)
        counters.evictions += 1
        forgetIfIdle(slot)
    }

    /// Drops the response of a slot.
    ///
    /// - Returns: Whether there was one.
    mutating func dropResponse(of slot: Int) -> Bool {
        guard slots[slot]?.stored != nil else { return false }
        slots.dropResponse(of: slot)
        queue.remove(slot)
        return true
    }

    /// Records that a caller was shown something new: no later read joins a fetch that was sent before.
    mutating func recordChange(of slot: Int, at moment: Stamp) {
        slots.recordChange(of: slot, at: moment)
        fetches.close(slot)
    }

    /// Forgets a slot without response and fetch: the next read sends a fetch that sees all that happened.
    mutating func forgetIfIdle(_ slot: Int) {
        guard slots[slot]?.stored == nil, fetches.isEmpty(slot) else { return }
        slots.remove(slot)
    }
}

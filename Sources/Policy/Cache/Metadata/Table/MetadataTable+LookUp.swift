/// Reads, and the fetches that they share.
extension MetadataTable {
    /// Decides about a read.
    ///
    /// `revalidate` asks for a response that upstream gives from now on. It is never a hit and joins no fetch that was
    /// sent before, but later reads join its fetch. `fetch` makes what readers wait for; it is called only to lead.
    package mutating func lookUp(
        _ key: MetadataKey,
        revalidate: Bool = false,
        generation: UInt64? = nil,
        now: Instant,
        fetch: () -> Fetch
    ) -> Lookup {
        if !revalidate, let slot = slots.handle(of: key) {
            if let cached = cached(in: slot, now: now) {
                queue.touch(slot)
                return .hit(cached)
            }
            let joinable = fetches.joinable(slot, now: now, limit: limits.fetchLimit) { true }
            if let joinable { return .wait(fetches[joinable].fetch) }
        }
        abandonOverdueFetches(now: now)
        return lead(key, under: generation ?? self.generation, now: now, fetch: fetch())
    }

    /// Takes back a shared fetch, before those who wait for it get the response.
    ///
    /// - Returns: Whether the response is cached.
    package mutating func complete(
        _ token: MetadataFetchToken,
        with outcome: MetadataFetchOutcome<Response>,
        now: Instant
    ) -> Bool {
        guard let slot = slots.handle(of: token.key), let changed = slots[slot]?.changed else { return false }
        fetches.complete(token.stamp, of: slot)
        defer { forgetIfIdle(slot) }
        let seen: (response: Response, cost: Int)?
        switch outcome {
        case .failed: return false
        case .error: seen = nil
        case .response(let response, let cost): seen = (response, cost)
        }
        let isLatest = token.stamp > changed && token.generation == generation
        if dropResponse(of: slot), !isLatest { counters.invalidated[.contradiction, default: 0] += 1 }
        recordChange(of: slot, at: clock.next())
        guard let seen else { return false }
        guard isLatest else {
            counters.fencedFills += 1
            return false
        }
        return store(seen.response, cost: seen.cost, of: token, in: slot, now: now)
    }

    private func cached(in slot: Int, now: Instant) -> CachedResponse<Response>? {
        guard let key = slots[slot]?.key, let stored = slots[slot]?.stored,
            let lifetime = limits.lifetimes[key.operation]
        else { return nil }
        let age = now.nanoseconds(since: stored.start)
        guard age < lifetime else { return nil }
        return CachedResponse(response: stored.response, age: age, timeToLive: lifetime - age)
    }

    /// Starts a fetch in place of one that no read may join any longer; those who wait for that still get its response.
    private mutating func lead(
        _ key: MetadataKey,
        under generation: UInt64,
        now: Instant,
        fetch: Fetch
    ) -> Lookup {
        let slot = slots.make(key, now: clock)
        let stamp = clock.next()
        fetches.removeAll(of: slot)
        _ = fetches.send(
            fetch,
            for: slot,
            asking: (),
            stamp: stamp,
            isOpen: generation == self.generation,
            now: now,
            limit: limits.fetchLimit
        )
        let token = MetadataFetchToken(key: key, start: now, stamp: stamp, generation: generation)
        return .lead(token, fetch)
    }

    private mutating func abandonOverdueFetches(now: Instant) {
        while let slot = fetches.abandonOverdue(now: now, limit: limits.fetchLimit) { forgetIfIdle(slot) }
    }
}

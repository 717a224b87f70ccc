/// Reads, and the fetches that they share.
extension MetadataTable {
    /// Decides about a read.
    ///
    /// `revalidate` asks for a response that upstream gives from now on, as of the records table. It joins no fetch
    /// that was sent before, and waits for its turn while two such fetches are on the wire. Later reads join its fetch.
    /// `fetch` makes what readers wait for; it is called only to lead, or to wait.
    package mutating func lookUp(
        _ key: MetadataKey,
        revalidate: Bool = false,
        turn: ConfirmationTurn? = nil,
        generation: UInt64? = nil,
        now: Instant,
        fetch: () -> Fetch
    ) -> Lookup {
        if let slot = slots.handle(of: key), !revalidate || turn != nil {
            if let cached = cached(in: slot, after: turn, now: now) {
                queue.touch(slot)
                return .hit(cached)
            }
            let limit = limits.fetchLimit
            let joinable = fetches.joinable(slot, after: turn?.asked, now: now, limit: limit) { true }
            if let joinable { return .wait(fetches[joinable].fetch) }
        }
        if revalidate, let slot = slots.handle(of: key), turn?.mayWaitAgain ?? true,
            fetches.hasMostConfirmations(slot, now: now, limit: limits.fetchLimit)
        {
            let turn = turn?.next ?? ConfirmationTurn(asked: clock)
            return .queue(confirmations.join(key, signal: fetch), turn)
        }
        abandonOverdueFetches(now: now)
        return lead(
            key,
            under: generation ?? self.generation,
            isConfirmation: revalidate,
            now: now,
            fetch: fetch()
        )
    }

    /// Returns whether a read would be a hit; it has no effect.
    package func isCached(_ key: MetadataKey, now: Instant) -> Bool {
        slots.handle(of: key).map { cached(in: $0, after: nil, now: now) != nil } ?? false
    }

    /// Returns the signal of the reads whose turn has come, now that a fetch has ended; nil if there are none.
    package mutating func nextTurn(of key: MetadataKey, now: Instant) -> Fetch? {
        if let slot = slots.handle(of: key),
            fetches.hasMostConfirmations(slot, now: now, limit: limits.fetchLimit)
        {
            return nil
        }
        return confirmations.take(key)
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

    private func cached(
        in slot: Int,
        after turn: ConfirmationTurn?,
        now: Instant
    ) -> CachedResponse<Response>? {
        guard let key = slots[slot]?.key, let stored = slots[slot]?.stored,
            let lifetime = limits.lifetimes[key.operation],
            turn.map({ stored.stamp > $0.asked }) ?? true
        else { return nil }
        let age = now.nanoseconds(since: stored.start)
        guard age < lifetime else { return nil }
        return CachedResponse(response: stored.response, age: age, timeToLive: lifetime - age)
    }

    /// Starts a fetch; no later read joins one before it, and those who wait for that still get its response.
    private mutating func lead(
        _ key: MetadataKey,
        under generation: UInt64,
        isConfirmation: Bool,
        now: Instant,
        fetch: Fetch
    ) -> Lookup {
        let slot = slots.make(key, now: clock)
        let stamp = clock.next()
        fetches.close(slot)
        _ = fetches.send(
            fetch,
            for: slot,
            asking: (),
            stamp: stamp,
            isOpen: generation == self.generation,
            isConfirmation: isConfirmation,
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

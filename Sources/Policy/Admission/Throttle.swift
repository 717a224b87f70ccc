/// A bucket for each key, in a bounded table.
///
/// Only a full bucket is ever forgotten. A new one is full too: so no key gains or loses a token by it.
///
/// A new key in a full table replaces a full bucket. The search looks at `reach` buckets at most, from where the last
/// one ended. It goes round in the order in which buckets were made: it begins at the one that has filled longest. If
/// none of them is full, the new key shares one overflow bucket with all others like it. So a flood of keys gets no
/// more than the rate of one key beyond what the table holds.
package struct Throttle: Sendable {
    private struct Slot: Sendable {
        var key: ThrottleKey
        var bucket: TokenBucket
    }

    private static let reach = 8

    package private(set) var rate: Rate
    package private(set) var capacity: Int
    private var slots: [Slot] = []
    private var index: [ThrottleKey: Int] = [:]
    private var hand = 0
    private var overflow: TokenBucket

    package init(_ rate: Rate, capacity: Int, now: Instant) {
        self.rate = rate
        self.capacity = max(1, capacity)
        overflow = TokenBucket(rate, now: now)
    }

    package var count: Int { slots.count }

    package mutating func consume(_ key: ThrottleKey, now: Instant) -> ThrottleDecision {
        guard let slot = index[key] ?? makeSlot(for: key, now: now) else {
            return ThrottleDecision(overflow.consume(now: now), rate: rate, isShared: true)
        }
        // A bucket takes a new rate over at its next use, so that a reload costs nothing at once.
        if slots[slot].bucket.rate != rate { slots[slot].bucket.resize(rate, now: now) }
        return ThrottleDecision(slots[slot].bucket.consume(now: now), rate: rate)
    }

    /// Takes a token for work that is not refused, so that the bucket of the key may get into debt.
    package mutating func consumeIntoDebt(_ key: ThrottleKey, now: Instant) {
        guard let slot = index[key] ?? makeSlot(for: key, now: now) else {
            return overflow.consumeIntoDebt(now: now)
        }
        if slots[slot].bucket.rate != rate { slots[slot].bucket.resize(rate, now: now) }
        slots[slot].bucket.consumeIntoDebt(now: now)
    }

    /// Puts a token back that was taken for work that was not done.
    ///
    /// A key without a bucket of its own gets nothing: its bucket was full when it was forgotten, or it was the
    /// overflow bucket. Nothing is put back there, so that a flood does not feed on it.
    package mutating func giveBack(_ key: ThrottleKey) {
        if let slot = index[key] { slots[slot].bucket.giveBack() }
    }

    /// Changes the rate of all buckets; their levels stay, within the new burst.
    package mutating func resize(_ rate: Rate, now: Instant) {
        self.rate = rate
        overflow.resize(rate, now: now)
    }

    /// Changes the rate, and the number of buckets.
    ///
    /// In a smaller table the newest buckets are forgotten, also those that are not full: the operator asked for it.
    package mutating func resize(_ rate: Rate, capacity: Int, now: Instant) {
        resize(rate, now: now)
        self.capacity = max(1, capacity)
        while slots.count > self.capacity {
            if let slot = slots.popLast() { index[slot.key] = nil }
        }
        if hand >= self.capacity { hand = 0 }
    }

    private mutating func makeSlot(for key: ThrottleKey, now: Instant) -> Int? {
        if slots.count < capacity {
            slots.append(Slot(key: key, bucket: TokenBucket(rate, now: now)))
            index[key] = slots.count - 1
            return slots.count - 1
        }
        for _ in 0..<min(Self.reach, capacity) {
            let slot = hand
            hand = hand + 1 == capacity ? 0 : hand + 1
            guard slots[slot].bucket.isFull(now: now) else { continue }
            index[slots[slot].key] = nil
            slots[slot] = Slot(key: key, bucket: TokenBucket(rate, now: now))
            index[key] = slot
            return slot
        }
        return nil
    }
}

import DequeModule

/// The fingerprints of keys that were let go not long ago, oldest first: S3-FIFO's third queue.
///
/// Bounded by the caller's `limit`, normally the number of entries that are kept. Holds no keys, only their
/// 64-bit hashes: a collision costs a place in the wrong queue and nothing else.
package struct GhostQueue: Sendable {
    private var order: Deque<UInt64> = []
    /// Where in the order, counted since the beginning, a fingerprint stands last.
    private var positions: [UInt64: Int] = [:]
    private var removed = 0

    package init() {}

    package var count: Int { order.count }

    package mutating func insert(_ fingerprint: UInt64, limit: Int) {
        positions[fingerprint] = removed + order.count
        order.append(fingerprint)
        while order.count > limit, let oldest = order.popFirst() {
            if positions[oldest] == removed { positions[oldest] = nil }
            removed += 1
        }
    }

    /// Whether the fingerprint was here; it no longer is.
    package mutating func remove(_ fingerprint: UInt64) -> Bool {
        positions.removeValue(forKey: fingerprint) != nil
    }
}

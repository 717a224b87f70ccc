import DequeModule

/// The fingerprints of keys that were evicted recently, oldest first: S3-FIFO's third queue.
///
/// Bounded by the caller's `limit`, normally the number of cached entries. Holds 64-bit hashes and no keys: a
/// collision costs a place in the wrong queue and nothing else.
struct GhostQueue: Sendable {
    private var order: Deque<UInt64> = []
    /// The last position of each fingerprint in the order, counted since the beginning.
    private var positions: [UInt64: Int] = [:]
    private var removed = 0

    var count: Int { order.count }

    mutating func insert(_ fingerprint: UInt64, limit: Int) {
        positions[fingerprint] = removed + order.count
        order.append(fingerprint)
        while order.count > limit, let oldest = order.popFirst() {
            if positions[oldest] == removed { positions[oldest] = nil }
            removed += 1
        }
    }

    /// Removes a fingerprint.
    ///
    /// - Returns: Whether it was there.
    mutating func remove(_ fingerprint: UInt64) -> Bool {
        positions.removeValue(forKey: fingerprint) != nil
    }
}

import CognitoSync

/// A shard of the reads beside ListRecords: their responses, each cached for a short time, and the fetches in flight.
///
/// One table for both, as for the records, and under one lock. Everything of a `MetadataGroup` is in the same shard.
/// These responses carry no version. So two of them can only be ordered by the moments at which their fetches were
/// sent. Given an upstream whose reads and writes take effect at some moment between their start and their end, the
/// table promises:
/// - A read that starts after a write's response never gets what was there before the write.
/// - A read that starts after the response to another of the same key never gets an older state than that one.
/// - Any other change stays unseen for the lifetime of the operation at most, counted from the sending of the fetch.
///
/// The `changed` of a key is the last moment at which a caller was shown something new of it. That is the start or end
/// of a write that concerns it, or the completion of a fetch. A fetch sent before that moment cannot be ordered against
/// what was shown:
/// - No later read joins it, and its response is not cached.
/// - On its completion, the response that was cached goes too: it may be the older of the two.
/// - Those who wait for it asked before: for them any state since is a true response.
///
/// A caller that leads a fetch must call `complete` whatever happens, and then complete what `nextTurn` returns. If it
/// never does, the key is free again after `fetchLimit`.
package struct MetadataTable<Response: Sendable, Fetch: Sendable>: Sendable {
    package typealias Lookup = MetadataLookup<Response, Fetch>

    package private(set) var limits: MetadataLimits
    /// The generation of the runtime in force: what another one fetched is not cached.
    private(set) var generation: UInt64 = 0

    var clock = Stamp()
    var slots = MetadataSlots<Response>()
    var fetches = FetchBoard<Fetch, Void>()
    /// The reads that wait for a confirmation of their key to end.
    var confirmations = ConfirmationQueue<MetadataKey, Fetch>()
    var counters = CacheStatistics()
    /// The order in which responses are evicted.
    var queue: S3FIFO

    package init(limits: MetadataLimits) {
        self.limits = limits
        queue = S3FIFO(bytes: limits.bytes)
    }

    package var statistics: CacheStatistics {
        counters.with(fetches, pages: queue.count, bytes: queue.bytes)
    }

    /// Whether it remembers nothing at all.
    package var isEmpty: Bool { slots.isEmpty }

    /// Applies the limits of a new runtime; where they are tighter, responses are evicted.
    package mutating func resize(_ limits: MetadataLimits, generation: UInt64? = nil) {
        self.generation = generation ?? self.generation
        self.limits = limits
        queue.resize(bytes: limits.bytes)
        while queue.bytes > limits.bytes, evict() {}
    }
}

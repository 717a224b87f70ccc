package import CognitoSync

/// The bounds of one shard of the other reads; all times are nanoseconds.
package struct MetadataLimits: Sendable, Equatable {
    /// Bytes of answers and of what it takes to keep them; they bound the number of answers too.
    package var bytes: Int
    /// For how long an answer to each is kept, from the moment at which its fetch began; absent: not at all.
    package var lifetimes: [OperationName: Int64]
    /// After how long a fetch that has not come back is no longer waited for.
    package var fetchLimit: Int64
    /// How many answers an identity, a pool, or the listing of pools may have here.
    package var responsesPerGroup: Int

    package init(
        bytes: Int,
        lifetimes: [OperationName: Int64],
        fetchLimit: Int64 = 15_000_000_000,
        responsesPerGroup: Int = 64
    ) {
        self.bytes = max(0, bytes)
        self.lifetimes = lifetimes
        self.fetchLimit = max(0, fetchLimit)
        self.responsesPerGroup = max(1, responsesPerGroup)
    }

    /// The share of one of `count` shards.
    package func divided(by count: Int) -> Self {
        var share = self
        share.bytes = bytes / max(1, count)
        return share
    }

    /// The largest answer that is kept: one must not push out a whole working set.
    var largestResponse: Int { bytes / 8 }
}

/// An answer as it comes out of the table.
package struct CachedResponse<Response: Sendable>: Sendable {
    package let response: Response
    /// Nanoseconds since the fetch that brought it began.
    package let age: Int64
    /// Nanoseconds for which it is still given; at least 1.
    package let timeToLive: Int64
}

/// What to do about a read, decided in one step.
package enum MetadataLookup<Response: Sendable, Fetch: Sendable>: Sendable {
    case hit(CachedResponse<Response>)
    /// Wait for a fetch in the air that left late enough to be an answer to this read.
    case wait(Fetch)
    /// Fetch, and hand the ticket back with `complete` whatever happens.
    case lead(MetadataFetchToken, Fetch)
}

/// A shared fetch in the air, to be handed back once.
package struct MetadataFetchToken: Sendable, Hashable {
    package let key: MetadataKey
    package let start: Instant
    let stamp: Stamp
}

/// What came of a shared fetch.
package enum MetadataFetchOutcome<Response: Sendable>: Sendable {
    /// A whole, well-formed 200; `cost` is the bytes that it holds.
    case response(Response, cost: Int)
    /// The origin told something else about what was asked for, that it does not exist for instance.
    case error
    /// Nothing was learned: no answer, or one about the moment only (5xx, 429).
    case failed
}

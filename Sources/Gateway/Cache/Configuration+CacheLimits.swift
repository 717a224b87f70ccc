import CognitoSync
package import GatewayConfiguration
package import Policy

extension Configuration {
    /// The bounds of the records cache in all its shards.
    package var cacheLimits: RecordsLimits {
        RecordsLimits(
            bytes: cache.memory - readLimits.bytes,
            fresh: cache.fresh.wholeNanoseconds,
            absent: cache.absent.wholeNanoseconds,
            staleWhileRevalidate: cache.staleWhileRevalidate.wholeNanoseconds,
            staleIfError: cache.staleIfError.wholeNanoseconds,
            identityCheck: cache.identityCheck.wholeNanoseconds,
            pagination: cache.pagination.wholeNanoseconds,
            fetchLimit: fetchLimit,
            listsTombstones: cache.listingTombstones == .yes,
            keepsOriginTokens: cache.tokens.session == .upstream
        )
    }

    /// The bounds of the metadata cache.
    ///
    /// It gets a sixteenth of the memory: small responses that live for seconds.
    package var readLimits: MetadataLimits {
        let lifetimes = OperationName.allCases.map { ($0, cache.reads.lifetime(of: $0).wholeNanoseconds) }
        return MetadataLimits(
            bytes: cache.memory / 16,
            lifetimes: Dictionary(uniqueKeysWithValues: lifetimes.filter { $0.1 > 0 }),
            fetchLimit: fetchLimit
        )
    }

    /// The nanoseconds after which a fetch is given up.
    ///
    /// It ends before that, by the deadline of the forwarder.
    private var fetchLimit: Int64 { (upstream.timeouts.total + .seconds(5)).wholeNanoseconds }
}

extension RecordsLimits {
    /// Returns the share of one of `count` shards.
    func divided(by count: Int) -> RecordsLimits {
        var share = self
        share.bytes = bytes / max(1, count)
        return share
    }
}

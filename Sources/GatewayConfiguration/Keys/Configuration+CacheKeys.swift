/// The keys of the cache of records.
extension Configuration {
    static let caching = [
        ConfigurationKey(
            "cache.memory",
            \.cache.memory,
            .size(0...1 << 40),
            "for snapshots and pages, overhead included; 0 caches none"
        ),
        ConfigurationKey(
            "cache.fresh",
            \.cache.fresh,
            .duration(.zero...Bound.hour),
            "how long a write past the gateway may stay unseen"
        ),
        ConfigurationKey(
            "cache.stale_while_revalidate",
            \.cache.staleWhileRevalidate,
            .duration(.zero...Bound.day),
            "a stale response may be served for this long during a revalidation"
        ),
        ConfigurationKey(
            "cache.stale_if_error",
            \.cache.staleIfError,
            .duration(.zero...Bound.day),
            "a stale response may be served for this long if upstream fails"
        ),
        ConfigurationKey(
            "cache.absent",
            \.cache.absent,
            .duration(.zero...Bound.hour),
            "how long the absence of a dataset is cached"
        ),
        ConfigurationKey(
            "cache.identity_check",
            \.cache.identityCheck,
            .duration(.zero...Bound.day),
            "how long sync counts are trusted before a check for a new incarnation"
        ),
        ConfigurationKey(
            "cache.pagination",
            \.cache.pagination,
            .duration(.zero...Bound.hour),
            "how long a pagination can go on after the dataset has changed",
            formerly: ["cache.walk"]
        ),
        ConfigurationKey(
            "cache.listing_tombstones",
            \.cache.listingTombstones,
            .choice,
            "whether the service shows removed records in a whole listing"
        ),
    ]
}

/// The keys of what callers meet: listeners, what they may do, the cache.
extension Configuration {
    static let listening = [
        ConfigurationKey(
            "workers",
            \.workers,
            .automatic(1...1024),
            "event loops; auto: one for each core this process may run on"
        ),
        ConfigurationKey(
            "listen.address",
            \.listen.address,
            .address,
            "where callers connect; unix:/path for a Unix socket"
        ),
        ConfigurationKey(
            "listen.tls.certificate_file",
            \.listen.tls.certificateFile,
            .optional(.file),
            "PEM chain; with it, callers speak TLS"
        ),
        ConfigurationKey(
            "listen.tls.key_file",
            \.listen.tls.keyFile,
            .optional(.file),
            "PEM key of the certificate"
        ),
        ConfigurationKey(
            "listen.tls.client_ca_file",
            \.listen.tls.clientCAFile,
            .optional(.file),
            "callers need a certificate of one of these CAs"
        ),
        ConfigurationKey(
            "admin.address",
            \.admin.address,
            .address,
            "health, metrics and purge; keep it private"
        ),
        ConfigurationKey(
            "admin.token_file",
            \.admin.tokenFile,
            .optional(.file),
            "the bearer token that purge, reload and drain then need"
        ),
    ]

    static let policies = [
        ConfigurationKey(
            "callers.signatures",
            \.callers.signatures,
            .choice,
            "a request that its caller signed: refuse it, or ignore the signature"
        ),
        ConfigurationKey(
            "allow.operations",
            \.allow.operations,
            .operations,
            "all, or a list: [ListRecords, UpdateRecords]"
        ),
        ConfigurationKey(
            "allow.identity_pools",
            \.allow.identityPools,
            .identityPools,
            "all, or a list of identity pool ids"
        ),
        ConfigurationKey(
            "cache.memory",
            \.cache.memory,
            .size(0...1 << 40),
            "for datasets and pages, overhead included; 0 keeps none"
        ),
        ConfigurationKey(
            "cache.fresh",
            \.cache.fresh,
            .duration(.zero...Bound.hour),
            "how long a writer who goes round the gateway may stay unseen"
        ),
        ConfigurationKey(
            "cache.stale_while_revalidate",
            \.cache.staleWhileRevalidate,
            .duration(.zero...Bound.day),
            "an older answer may be given for this long while the service is asked"
        ),
        ConfigurationKey(
            "cache.stale_if_error",
            \.cache.staleIfError,
            .duration(.zero...Bound.day),
            "an older answer may be given for this long if the service fails"
        ),
        ConfigurationKey(
            "cache.absent",
            \.cache.absent,
            .duration(.zero...Bound.hour),
            "how long a dataset that does not exist is remembered"
        ),
        ConfigurationKey(
            "cache.identity_check",
            \.cache.identityCheck,
            .duration(.zero...Bound.day),
            "how long a dataset may go by its counts alone before it is asked whether it was made anew"
        ),
        ConfigurationKey(
            "cache.walk",
            \.cache.pagination,
            .duration(.zero...Bound.hour),
            "how long the pages of a walk can be had after the dataset has changed"
        ),
        ConfigurationKey(
            "cache.listing_tombstones",
            \.cache.listingTombstones,
            .choice,
            "whether the service shows removed records in a whole listing"
        ),
    ]
}

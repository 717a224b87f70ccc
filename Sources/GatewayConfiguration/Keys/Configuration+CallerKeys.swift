/// The keys of what callers meet: listeners, what they may do, the cache.
extension Configuration {
    static let listening = [
        Setting(
            "workers",
            \.workers,
            .automatic(1...1024),
            "event loops; auto: one for each core this process may run on"
        ),
        Setting(
            "listen.address",
            \.listen.address,
            .address,
            "where callers connect; unix:/path for a Unix socket"
        ),
        Setting(
            "listen.tls.certificate_file",
            \.listen.tls.certificateFile,
            .optional(.file),
            "PEM chain; with it, callers speak TLS"
        ),
        Setting("listen.tls.key_file", \.listen.tls.keyFile, .optional(.file), "PEM key of the certificate"),
        Setting(
            "listen.tls.client_ca_file",
            \.listen.tls.clientCAFile,
            .optional(.file),
            "callers need a certificate of one of these CAs"
        ),
        Setting("admin.address", \.admin.address, .address, "health, metrics and purge; keep it private"),
        Setting(
            "admin.token_file",
            \.admin.tokenFile,
            .optional(.file),
            "the bearer token that purge, reload and drain then need"
        ),
    ]

    static let policies = [
        Setting(
            "callers.signatures",
            \.callers.signatures,
            .choice,
            "a request that its caller signed: refuse it, or ignore the signature"
        ),
        Setting(
            "allow.operations",
            \.allow.operations,
            .operations,
            "all, or a list: [ListRecords, UpdateRecords]"
        ),
        Setting(
            "allow.identity_pools",
            \.allow.identityPools,
            .identityPools,
            "all, or a list of identity pool ids"
        ),
        Setting(
            "cache.memory",
            \.cache.memory,
            .size(0...1 << 40),
            "for datasets and pages, overhead included; 0 keeps none"
        ),
        Setting(
            "cache.fresh",
            \.cache.fresh,
            .duration(.zero...Bound.hour),
            "how long a writer who goes round the gateway may stay unseen"
        ),
        Setting(
            "cache.stale_while_revalidate",
            \.cache.staleWhileRevalidate,
            .duration(.zero...Bound.day),
            "an older answer may be given for this long while the service is asked"
        ),
        Setting(
            "cache.stale_if_error",
            \.cache.staleIfError,
            .duration(.zero...Bound.day),
            "an older answer may be given for this long if the service fails"
        ),
        Setting(
            "cache.absent",
            \.cache.absent,
            .duration(.zero...Bound.hour),
            "how long a dataset that does not exist is remembered"
        ),
        Setting(
            "cache.identity_check",
            \.cache.identityCheck,
            .duration(.zero...Bound.day),
            "how long a dataset may go by its counts alone before it is asked whether it was made anew"
        ),
        Setting(
            "cache.walk",
            \.cache.walk,
            .duration(.zero...Bound.hour),
            "how long the pages of a walk can be had after the dataset has changed"
        ),
        Setting(
            "cache.listing_tombstones",
            \.cache.listingTombstones,
            .choice,
            "whether the service shows removed records in a whole listing"
        ),
    ]
}

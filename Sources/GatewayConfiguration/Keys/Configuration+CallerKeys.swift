/// The keys that say who callers are, and what they may do.
extension Configuration {
    static let policies = [
        ConfigurationKey(
            "callers.signatures",
            \.callers.signatures,
            .choice,
            "a request that its caller signed: refuse it, or ignore the signature"
        ),
        ConfigurationKey(
            "callers.required",
            \.callers.required,
            .flag,
            "whether a request without a known caller gets 401; a list implies it"
        ),
        ConfigurationKey(
            "callers.dry_run",
            \.callers.dryRun,
            .flag,
            "whether what these keys would refuse is logged, and served"
        ),
        ConfigurationKey(
            "callers.origins",
            \.callers.origins,
            .origins,
            "web pages that may call, such as https://app.example; all others get 403"
        ),
        ConfigurationKey(
            "callers.by.certificate.trust",
            \.callers.by.certificate.trust,
            .list("a list of kinds of names", of: CertificateName.allCases),
            "the names of a client certificate that count"
        ),
        ConfigurationKey(
            "callers.by.unix",
            \.callers.by.unix,
            .flag,
            "whether callers of a Unix socket are known by their user: uid:1000"
        ),
        ConfigurationKey(
            "callers.by.api_key.header",
            \.callers.by.apiKey.header,
            .keyHeader,
            "the header field with the API key"
        ),
        ConfigurationKey(
            "callers.by.api_key.file",
            \.callers.by.apiKey.file,
            .optional(.file),
            "a line name:sha256hex for each API key; nothing: no keys"
        ),
        ConfigurationKey(
            "callers.by.jwt",
            \.callers.by.jwt,
            .tokenIssuers,
            "issuers of tokens: [{ name: cluster, issuer: https://…, audiences: [syncgate] }]"
        ),
        ConfigurationKey(
            "callers.list",
            \.callers.list,
            .namedCallers,
            "[{ name: …, is: […], may: [{ operations: read }] }]; nothing: all may all"
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
            "all, or a list of identity pool IDs"
        ),
    ]
}
